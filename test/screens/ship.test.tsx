import { afterEach, describe, expect, it } from 'vitest';
import type { Distribution, DistributionEvent } from '../../src/domain/distribution.ts';
import { AppError } from '../../src/domain/errors.ts';
import { keys } from '../support/fake-terminal.tsx';
import { type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureTime } from '../support/sample-builds.ts';

const hour = 3_600_000;
const signature = '0123456789abcdef'.repeat(4);
const made: Distribution = {
  url: `https://bucket.s3.us-east-1.amazonaws.com/packages/20261120-103516/claude-code-package-20261120-103516.zip?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${signature}`,
  expiresAt: pictureTime + 7 * hour,
  expiryCause: 'credentials',
  packageKey: 'packages/20261120-103516/claude-code-package-20261120-103516.zip',
  bucket: 'bucket',
  checksum: 'ab'.repeat(32),
  filename: 'claude-code-package-20261120-103516.zip',
  size: 31 * 1024 * 1024,
  createdAt: pictureTime,
  files: [
    {
      path: 'credential-process-windows.exe',
      size: 1,
      mode: 0o755,
      origin: 'build',
    },
  ],
  builds: ['claude-code-auth-windows-build:abc12345-1111-4222-8333-444455556666'],
  verified: 'Read back through the link: all 32505856 bytes, sha256 as packed.',
};

const step = (name: 'COLLECT' | 'CHECK' | 'PACK', detail: string): DistributionEvent[] => [
  { kind: 'step', step: name, state: 'started' },
  { kind: 'step', step: name, state: 'done', detail },
];

const untilUpload: DistributionEvent[] = [
  ...step('COLLECT', '7 files of 1 build'),
  ...step('CHECK', 'all are what they claim'),
  ...step('PACK', '31 MiB'),
  { kind: 'step', step: 'UPLOAD', state: 'started' },
  { kind: 'progress', step: 'UPLOAD', done: 19 * 1024 * 1024, total: 31 * 1024 * 1024 },
];

let program: StartedProgram | undefined;
afterEach(async () => {
  program?.account.making.end();
  await program?.quit();
  program = undefined;
});

/** On the ship screen, with the newest good build being shipped. */
async function ship(given: Parameters<typeof startProgram>[0] = {}): Promise<StartedProgram> {
  program = startProgram(given);
  await program.terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
  program.terminal.type('jj');
  program.terminal.type('d');
  await program.terminal.until((text) => text.includes('Making a package'), 'the run');
  return program;
}

describe('making a package', () => {
  it('drops the time left while calls fail, and says what goes over the line again', async () => {
    const { terminal, account } = await ship();
    account.making.push(...untilUpload);
    const mebibyte = 1024 ** 2;
    const progress = { kind: 'progress', step: 'UPLOAD', total: 31 * mebibyte, rate: 4 * mebibyte } as const;
    account.making.push({ ...progress, done: 24 * mebibyte });
    await terminal.until((text) => text.includes('4.2 MB/s, <10 s left'));
    const error = new AppError({ kind: 'throttled', message: 'AWS asks to slow down.' });
    account.making.push({ kind: 'trouble', error, since: 0, nextTryAt: 0 });
    await terminal.until((text) => text.includes('77%') && !/MB\/s|left/.test(text));
    account.making.push({ ...progress, done: 16 * mebibyte, again: true });
    await terminal.until((text) => /51% +part of it again/.test(text));
    account.making.push({ kind: 'recovered' });
    await terminal.until((text) => text.includes('51%  4.2 MB/s, part of it again'));
  });

  it('shows the seven steps, the bytes of the upload, and what is still to come', async () => {
    const { terminal, account } = await ship();
    account.making.push(...untilUpload);
    await terminal.until((text) => text.includes('61%'));
    expect(terminal.rows().slice(0, 11)).toEqual([
      'ccwb-tui › Ship                          ClaudeCode us-east-1 …9012 7h12 ● live',
      '◐ Making a package  of the newest good builds, link for 48 h',
      '',
      '  ✓ COLLECT     0s  7 files of 1 build',
      '  ✓ CHECK       0s  all are what they claim',
      '  ✓ PACK        0s  31 MiB',
      '  ◐ UPLOAD      0s  ██████████████▊········· 61%  19 MiB of 31 MiB',
      '  · LINK            signed, with its true end',
      '  · VERIFY          read back through the link',
      '  · RECORD          where ccwb looks for it; only now others see it',
      '',
    ]);
    expect(terminal.rows().at(-1)).toBe('esc cancel  1 builds  2 packages  q back  ? more');
    expect(account.done).toEqual(['make 48']);
  });

  it('says before the link is made that it will end earlier than asked, and why', async () => {
    const { terminal, account } = await ship();
    account.making.push(...untilUpload, {
      kind: 'short-link',
      askedUntil: pictureTime + 48 * hour,
      expiresAt: made.expiresAt,
      cause: 'credentials',
    });
    await terminal.until((text) => text.includes('earlier than asked'));
    expect(terminal.text()).toContain('The link will end Fri 20 Nov 17:35 UTC');
  });

  it('guesses early how long the link can live, and no more once it is known', async () => {
    const { terminal, account } = await ship();
    account.making.push(
      { kind: 'step', step: 'COLLECT', state: 'started' },
      {
        kind: 'short-link',
        askedUntil: pictureTime + 48 * hour,
        expiresAt: made.expiresAt,
        cause: 'credentials',
        estimate: true,
      },
    );
    await terminal.until((text) => text.includes('The link may end already Fri 20 Nov 17:35 UTC'));
    account.making.push({ kind: 'step', step: 'LINK', state: 'started' });
    await terminal.until((text) => !text.includes('may end already'));
  });

  it('is cancelled by esc, and says that nothing stays behind', async () => {
    const { terminal, account } = await ship();
    account.making.push(...untilUpload);
    await terminal.until((text) => text.includes('61%'));
    terminal.type(keys.esc);
    await terminal.until((text) => text.includes('Cancelled: nothing stays behind'));
    expect(terminal.text()).toContain('■ UPLOAD');
    terminal.type(keys.esc);
    await terminal.until((text) => text.includes('STARTED'));
  });

  it('says what is left where cancelling could not take all of it back', async () => {
    const { terminal, account } = await ship();
    const text = 'Cancelled in UPLOAD; the record was not touched. The parts could not be removed.';
    account.making.push(...untilUpload, { kind: 'cancelled', step: 'UPLOAD', text });
    await terminal.until((screen) => screen.includes('61%'));
    terminal.type(keys.esc);
    const screen = await terminal.until((shown) => shown.includes('■ Cancelled '));
    expect(screen.replace(/\s+/g, ' ')).toContain(text);
    expect(screen).not.toContain('nothing stays behind');
  });

  it('goes on while one looks elsewhere, and d leads back to it', async () => {
    const { terminal, account } = await ship();
    terminal.type('1');
    await terminal.until((text) => text.includes('STARTED'));
    account.making.push(...untilUpload);
    terminal.type('d');
    await terminal.until((text) => text.includes('61%'));
    expect(account.done).toEqual(['make 48']);
  });

  it('says elsewhere that it is made, and its note opens from the packages', async () => {
    const { terminal, account } = await ship();
    terminal.type('1');
    await terminal.until((text) => text.includes('STARTED'));
    account.setPackages([
      { key: made.packageKey, filename: made.filename, size: 1, modifiedAt: pictureTime, state: 'unknown' },
      { key: 'older', filename: 'older.zip', size: 1, modifiedAt: 1, state: 'unknown' },
    ]);
    account.making.push({ kind: 'done', distribution: made });
    account.making.end();
    await terminal.until((text) => text.includes('The package is made and recorded'));
    terminal.type('2');
    await terminal.until((text) => text.includes('older.zip'));
    terminal.type('n');
    await terminal.until((text) => text.includes('✓ Made and recorded'));
    terminal.type('q');
    terminal.type('jn');
    await terminal.until((text) => text.includes('No link of this package is known here'));
  });

  it('shows why it failed and what to do', async () => {
    const { terminal, account } = await ship();
    account.making.push(...untilUpload);
    await terminal.until((text) => text.includes('61%'));
    account.making.fail(
      new AppError({
        kind: 'permission',
        message: 'Putting the package into bucket is not allowed.',
        hint: 'Allow s3:PutObject.',
      }),
    );
    await terminal.until((text) => text.includes('Failed: nothing that others see has changed'));
    expect(terminal.text()).toContain('Putting the package into bucket is not allowed.');
    expect(terminal.text()).toContain('Allow s3:PutObject.');
    expect(terminal.text().match(/is not allowed/g)).toHaveLength(1);
    terminal.type('!');
    await terminal.until((text) =>
      /Putting the package into bucket is not allowed\..*s3:PutObject/.test(text),
    );
  });

  it('asks once before the program is left during the upload', async () => {
    const { terminal, account, ended } = await ship();
    account.making.push(...untilUpload);
    await terminal.until((text) => text.includes('61%'));
    terminal.type(keys.ctrlC);
    await terminal.until((text) => text.includes('Upload 61 %, again to stop and leave.'));
    terminal.type(keys.ctrlC);
    await expect(ended).resolves.toBe(0);
  });
});

describe('the ship note', () => {
  async function shipped(fields: Partial<Distribution> = {}): Promise<StartedProgram> {
    const started = await ship();
    started.account.making.push(...untilUpload, { kind: 'done', distribution: { ...made, ...fields } });
    started.account.making.end();
    await started.terminal.until((text) => text.includes('Made and recorded'));
    return started;
  }

  it('holds the link, its true end in both clocks and why, the sha256, the install commands', async () => {
    const { terminal } = await shipped();
    const text = terminal.text();
    expect(text).toMatch(/Link {6}https:\/\/bucket\.s3\..*….*cdef$/m);
    expect(text).not.toContain(signature);
    expect(text).toContain('Works     until Fri 20 Nov 17:35 UTC');
    expect(text).toContain('when the credentials that signed it end');
    expect(text).toContain(`sha256    ${'ab'.repeat(32)}`);
    expect(text).toContain('claude-code-auth-windows-build:abc12345');
    expect(text).toContain('Windows, in PowerShell');
    expect(text).not.toContain('macOS and Linux');
    expect(terminal.rows().at(-1)).toBe(
      'y copy  Y note  S save  Q QR  u raw link  ↑↓ scroll  2 packages  q back  ? more',
    );
    terminal.type('G');
    await terminal.until((shown) => shown.includes('call install.bat || echo'));
    expect(terminal.text()).not.toContain(signature);
  });

  it('tells the local time beside UTC', async () => {
    const started = startProgram({ deps: { timeZone: 'Asia/Kolkata' } });
    program = started;
    await started.terminal.until((text) => text.includes('9f3c1a2b'));
    started.terminal.type('jjd');
    await started.terminal.until((text) => text.includes('Making a package'));
    started.account.making.push({ kind: 'done', distribution: made });
    started.account.making.end();
    await started.terminal.until((text) => text.includes('until Fri 20 Nov 23:05 (17:35 UTC)'));
  });

  it('copies the link whole with y, shows it raw on one line with u, and the note with i', async () => {
    const { terminal } = await shipped();
    terminal.type('y');
    await terminal.until((text) => text.includes('The link was sent to the clipboard.'));
    expect(terminal.copied).toEqual([made.url]);
    terminal.type('u');
    await terminal.until((text) => !text.includes('sent to the clipboard'));
    expect(terminal.shownRaw.join('').split('\n')).toContain(made.url);
    terminal.type('i');
    terminal.type('2');
    await terminal.until((text) => text.includes('Distributions'));
    expect(terminal.shownRaw.at(-1)).toContain(made.checksum);
    expect(terminal.shownRaw.at(-1)?.split('\n')).toContain(made.url);
  });

  it('shows at 80x24 what to know and how the commands begin, and scrolls to their end and back', async () => {
    const { terminal } = await shipped({
      allowedIps: ['203.0.113.0/24'],
      files: [...made.files, { path: 'credential-process-linux-x64', size: 1, mode: 0o755, origin: 'b' }],
    });
    expect(terminal.rows()).toHaveLength(24);
    for (const text of [
      'Link  ',
      'until Fri',
      'Only from 203.0.113.0/24',
      'sha256',
      'macOS and Linux',
      'set -e',
    ]) {
      expect(terminal.text()).toContain(text);
    }
    for (const row of terminal.rows()) expect(row.length).toBeLessThanOrEqual(80);
    terminal.type('j');
    await terminal.until((text) => !text.includes('Made and recorded'));
    terminal.type(keys.pageDown);
    terminal.type('G');
    await terminal.until((text) => text.includes('call install.bat') && !text.includes('▼'));
    terminal.type('g');
    await terminal.until((text) => text.includes('Made and recorded'));
  });

  it('says once why the record was left as it is', async () => {
    const { terminal, account } = await ship();
    const detail = 'not written: there are newer packages, and the record stays as it is';
    account.making.push(
      { kind: 'step', step: 'RECORD', state: 'started' },
      { kind: 'step', step: 'RECORD', state: 'done', detail },
      { kind: 'done', distribution: { ...made, isUnrecorded: true } },
    );
    account.making.end();
    await terminal.until((text) => text.includes('Made, not recorded'));
    const said = terminal.rows().join(' ').replace(/\s+/g, ' ');
    expect(said.split(`The record was ${detail}.`)).toHaveLength(2);
  });

  it('fits 200x60 whole, and has nothing to scroll there', async () => {
    program = startProgram({ columns: 200, rows: 60 });
    const { terminal, account } = program;
    await terminal.until((text) => text.includes('9f3c1a2b'));
    terminal.type('jjd');
    await terminal.until((text) => text.includes('Making a package'));
    account.making.push({ kind: 'done', distribution: made });
    account.making.end();
    await terminal.until((text) => text.includes('Made and recorded'));
    expect(terminal.text()).toMatch(/installed\.$/m);
    expect(terminal.rows().at(-1)).toBe(
      'y copy  Y note  S save  Q QR  u raw link  2 packages  q back  ? more',
    );
  });

  it('is copied whole by Y', async () => {
    const { terminal } = await shipped();
    terminal.type('Y');
    await terminal.until((text) => text.includes('The note was sent to the clipboard.'));
    const [note = ''] = terminal.copied;
    expect(note.split('\n')).toContain(made.url);
    expect(note).toContain(`-Uri '${made.url}'`);
    expect(note).toContain(`"${made.url}"`);
  });

  it('is saved by S, and asks before it replaces a file', async () => {
    const { terminal, written } = await shipped();
    terminal.type('S');
    await terminal.until((text) =>
      text.includes('Save the note to: claude-code-package-20261120-103516.txt'),
    );
    terminal.type(keys.enter);
    await terminal.until((text) =>
      text.includes('Saved the note to claude-code-package-20261120-103516.txt'),
    );
    expect(written.get('claude-code-package-20261120-103516.txt')?.split('\n')).toContain(made.url);
    written.set('mine.txt', 'mine');
    terminal.type('S');
    await terminal.until((text) => text.includes('Save the note to'));
    terminal.type('\x15');
    terminal.type('mine.txt');
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('There is a file mine.txt already. Replace it?'));
    terminal.type(keys.enter);
    await terminal.until((text) => !text.includes('Replace it?'));
    expect(written.get('mine.txt')).toBe('mine');
    terminal.type('S');
    await terminal.until((text) => text.includes('Save the note to'));
    terminal.type('\x15');
    terminal.type('mine.txt');
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('Replace it?'));
    terminal.type('y');
    await terminal.until((text) => text.includes('Saved the note to mine.txt'));
    expect(written.get('mine.txt')).toContain(made.url);
  });

  it('asks for another folder where the picture of the code cannot be saved in this one', async () => {
    const saved: string[] = [];
    const started = await ship({
      deps: {
        files: {
          save: async () => 'exists',
          folder: async (path) => path,
          saveWhole: async (path) => {
            if (!path.startsWith('~/')) {
              throw new AppError({ kind: 'failed', message: `It was not saved to ${path}: no.` });
            }
            saved.push(path);
            return { path, bytes: 1 };
          },
        },
      },
    });
    started.account.making.push({ kind: 'done', distribution: made });
    started.account.making.end();
    const { terminal } = started;
    await terminal.until((text) => text.includes('Made and recorded'));
    terminal.type('Q');
    await terminal.until((text) =>
      text.includes('Save the picture of the QR code to: ~/claude-code-package'),
    );
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('Its picture is saved in ~/claude-code-package'));
    expect(saved).toEqual(['~/claude-code-package-20261120-103516.png']);
  });
});
