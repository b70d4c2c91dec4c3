import { afterEach, describe, expect, it } from 'vitest';
import type { PackageEntry } from '../../src/domain/distribution.ts';
import { AppError } from '../../src/domain/errors.ts';
import { selectPackageDetail, selectPackageRows } from '../../src/state/select-distributions.ts';
import type { State } from '../../src/state/state.ts';
import { type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureTime } from '../support/sample-builds.ts';
import { connected, hear, later } from '../support/states.ts';

const hour = 3_600_000;
const key = 'packages/20261120-103516/claude-code-package-20261120-103516.zip';
const filename = 'claude-code-package-20261120-103516.zip';
const url = `https://bucket.s3.us-east-1.amazonaws.com/${key}?X-Amz-Signature=${'ab'.repeat(32)}`;

let program: StartedProgram | undefined;
afterEach(async () => {
  program?.account.making.end();
  await program?.quit();
  program = undefined;
});

const entry = (fields: Partial<PackageEntry> = {}): PackageEntry => ({
  key,
  filename,
  size: 31 * 1024 * 1024,
  modifiedAt: pictureTime,
  state: 'unknown',
  ...fields,
});

const valid = (fields: Partial<PackageEntry> = {}): PackageEntry =>
  entry({
    state: 'valid',
    expiresAt: pictureTime + 40 * hour,
    url,
    links: [{ url, expiresAt: pictureTime + 40 * hour, madeAt: pictureTime }],
    checksum: 'cd'.repeat(32),
    platforms: ['windows', 'macos-arm64', 'linux-x64'],
    builds: ['claude-code-auth-windows-build:abc12345-1111-4222-8333-444455556666'],
    by: 'arn:aws:sts::123456789012:assumed-role/Admin/alice',
    isRecorded: true,
    ...fields,
  });

async function list(
  entries: PackageEntry[],
  given: Parameters<typeof startProgram>[0] = {},
): Promise<StartedProgram> {
  program = startProgram(given);
  program.account.setPackages(entries);
  await program.terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
  program.terminal.type('2');
  await program.terminal.until((text) => text.includes('Distributions') && text.includes('updated'));
  return program;
}

describe('the distributions', () => {
  it('show every package with the state of its link, and the marked one whole', async () => {
    const { terminal } = await list([
      valid(),
      entry({
        key: 'packages/20261119-043516/claude-code-package-20261119-043516.zip',
        filename: 'claude-code-package-20261119-043516.zip',
        modifiedAt: pictureTime - 30 * hour,
        state: 'revoked',
      }),
      entry({
        key: 'packages/windows/latest.zip',
        filename: 'latest.zip',
        modifiedAt: pictureTime - 60 * hour,
        landingPage: { platform: 'windows', url: 'https://get.example.com' },
      }),
      entry({ key: 'packages/old.zip', filename: 'old.zip', state: 'gone' }),
    ]);
    expect(terminal.rows().slice(1, 13)).toEqual([
      '  PACKAGE                MADE          SIZE  FOR                 LINK',
      '› 20261120-103516        10:35       31 MiB  windows macos linux valid 40h00m',
      '  20261119-043516        yesterday   31 MiB  –                   revoked',
      '  windows/latest.zip     17 Nov      31 MiB  –                   landing page',
      '  old.zip                10:35       31 MiB  –                   gone',
      '',
      `  Package  ${key}`,
      '  Note     the recorded one: what ccwb hands out',
      `  sha256   ${'cd'.repeat(32)}`,
      '  Link     works until Sun 22 Nov 02:35 UTC',
      '  For      windows, macos-arm64, linux-x64',
      '  Made     Fri 20 Nov 10:35 UTC by assumed-role/Admin/alice, of abc12345',
    ]);
    expect(terminal.rows().at(-1)).toBe(
      '↑↓ move  ⏎ open  y copy  r renew  v verify  x revoke  d ship  q back  ? more',
    );
    terminal.type('y');
    await terminal.until((text) => text.includes('sent to the clipboard'));
    expect(terminal.copied).toEqual([url]);
    terminal.type('jj');
    await terminal.until((text) => text.includes('that way of publishing is ccwb’s own'));
  });

  it('say once what they are told without, and go on to mark that', async () => {
    const { terminal, account, clock } = await list([valid()]);
    expect(terminal.text()).not.toContain('not all is known');
    account.setPackages([valid()], undefined, ['The policy of b may not be read.']);
    await clock.advance(60_000);
    await terminal.until((text) => text.includes('The policy of b may not be read.'), 'the notice');
    await clock.advance(60_000);
    await terminal.until((text) => text.includes('1 package · updated') && text.includes('! tells'));
    terminal.type('!');
    const messages = await terminal.until((text) => /\d\d:\d\d:\d\d {2}The policy/.test(text));
    expect(messages.split('The policy of b may not be read.')).toHaveLength(2);
  });

  it('show builds and people where there is room', async () => {
    const { terminal } = await list([valid()], { columns: 200, rows: 60 });
    expect(terminal.rows()[2]).toContain('windows macos-arm64 linux-x64');
    expect(terminal.rows()[2]).toContain('abc12345');
    expect(terminal.rows()[2]).toContain('assumed-role/Admin/alice');
  });

  it('tell that a delete marker ends no link', async () => {
    const { terminal } = await list([valid({ covered: 'deleted' })]);
    expect(terminal.text()).toContain('valid 40h00m!');
    expect(terminal.text()).toContain('hidden by a delete marker, which does not end its links');
  });

  it('count a link down while the list stands', () => {
    const listed = hear(connected(), { type: 'distributions', list: [valid()], record: undefined });
    const words = (state: State) => selectPackageRows(state).map(({ stateWord }) => stateWord);
    expect(words(listed)).toEqual(['valid 40h00m']);
    expect(words(later(listed, 35 * hour))).toEqual(['ends in 5h00m']);
    expect(words(later(listed, 40 * hour - 60_000))).toEqual(['ends in 1m']);
    expect(words(later(listed, 40 * hour - 20_000))).toEqual(['ends in <1m']);
    const over = later(listed, 41 * hour);
    expect(words(over)).toEqual(['expired']);
    expect(selectPackageDetail(over)).toContainEqual({
      title: 'Link',
      text: expect.stringMatching(/^ended .*; r makes a new one$/),
    });
  });

  it('open all that is known of one', async () => {
    const { terminal } = await list([
      valid({
        versionId: 'v1',
        allowedIps: ['203.0.113.0/24'],
        links: [
          { url, expiresAt: pictureTime + 40 * hour, madeAt: pictureTime },
          { url: `${url}2`, expiresAt: pictureTime - hour },
        ],
      }),
    ]);
    terminal.type('\r');
    await terminal.until((text) => text.includes('Links known here'));
    expect(terminal.text()).toContain('203.0.113.0/24 only');
    expect(terminal.text()).toContain('Version  v1');
    expect(terminal.text()).toContain('ended Fri 20 Nov 09:35 UTC');
    for (const row of terminal.rows()) expect(row.length).toBeLessThanOrEqual(80);
  });

  it('say why a link cannot be copied that is not known', async () => {
    const { terminal } = await list([entry()]);
    terminal.type('u');
    await terminal.until((text) => text.includes('No link of this package is known here: r makes one.'));
  });

  it('hand out no link that has ended', async () => {
    const { terminal } = await list([
      valid({
        state: 'expired',
        expiresAt: pictureTime - hour,
        links: [{ url, expiresAt: pictureTime - hour }],
      }),
    ]);
    for (const key of ['y', 'u', 'Q', 'Y']) {
      terminal.type(key);
      await terminal.until((text) => text.includes('The link has expired: r makes a new one.'), key);
      terminal.type('?');
      await terminal.until((text) => text.includes(' Screens'));
      terminal.type('\u001b');
      await terminal.until((text) => text.includes('PACKAGE') && !text.includes('The link has expired'));
    }
    expect(terminal.copied).toEqual([]);
  });

  it('revoke nothing on a landing page, and say what is deleted there', async () => {
    const { terminal, account } = await list([
      entry({
        key: 'packages/windows/latest.zip',
        filename: 'latest.zip',
        landingPage: { platform: 'windows', url: 'https://get.example.com' },
      }),
    ]);
    terminal.type('x');
    await terminal.until((text) => text.includes('no link to revoke; X deletes it.'));
    terminal.type('X');
    await terminal.until((text) =>
      text.includes('Delete packages/windows/latest.zip, which the landing page'),
    );
    expect(account.done).toEqual([]);
  });

  it('say first of a landing page’s that it is one, show its address as a code, and why there is no note', async () => {
    const { terminal } = await list(
      [
        entry({
          key: 'packages/windows/latest.zip',
          filename: 'latest.zip',
          url: 'https://get.example.com',
          landingPage: { platform: 'windows', url: 'https://get.example.com' },
        }),
      ],
      { columns: 100, rows: 40, capabilities: { colorDepth: 24 } },
    );
    const rows = terminal.rows().filter((row) => /^ {2}(Package|Note|sha256) /.test(row));
    expect(rows[1]).toContain('Published on the landing page');
    terminal.type('\r');
    const sheet = await terminal.until((text) => text.includes('Size'));
    expect(sheet.indexOf('Published on the landing page')).toBeLessThan(sheet.indexOf('Size'));
    terminal.type('\x1b');
    await terminal.until((text) => text.includes('PACKAGE'));
    terminal.type('Y');
    await terminal.until((text) => text.includes('which tells how to install it: y copies its address.'));
    terminal.type('Q');
    await terminal.until((text) => text.includes('▀▀▀▀▀'), 'the code');
    terminal.type('\x1b');
    await terminal.until((text) => text.includes('PACKAGE'));
    terminal.type('y');
    await terminal.until((text) => text.includes('sent to the clipboard'));
    expect(terminal.copied).toEqual(['https://get.example.com']);
  });

  it('say what to do where there is none', async () => {
    program = startProgram();
    await program.terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
    program.terminal.type('2');
    await program.terminal.until((text) => text.includes('No package was made yet.'));
    program.terminal.type('d');
    await program.terminal.until((text) => text.includes('Making a package'));
    expect(program.account.done).toEqual(['make 48']);
  });
});

describe('a link', () => {
  it('is renewed in three steps', async () => {
    const { terminal, account } = await list([valid()]);
    terminal.type('r');
    await terminal.until((text) => text.includes(`Renewing a link  of ${filename}`));
    expect(account.done).toEqual([`renew ${key} 48`]);
    account.making.push(
      { kind: 'step', step: 'LINK', state: 'started' },
      { kind: 'step', step: 'LINK', state: 'done', detail: 'works until then' },
    );
    await terminal.until((text) => text.includes('works until then'));
    expect(terminal.text()).not.toContain('UPLOAD');
    expect(terminal.text()).toContain('RECORD');
    terminal.type('\x1b');
    await terminal.until((text) => text.includes('Cancelled: nothing stays behind'));
  });

  it('is verified, and what came of it is said', async () => {
    const { terminal, account } = await list([valid()]);
    account.setAnswers({ check: { verdict: 'different', detail: 'The link serves other bytes.' } });
    terminal.type('v');
    await terminal.until((text) => text.includes('The link serves other bytes.'));
    expect(account.done).toEqual([`verify ${key}`]);
  });

  it('is revoked after a yes that is not the default', async () => {
    const { terminal, account } = await list([valid()]);
    terminal.type('x');
    await terminal.until((text) => text.includes('Revoke every link to'));
    terminal.type('\r');
    await terminal.until((text) => !text.includes('Revoke every link to'));
    expect(account.done).toEqual([]);
    account.setAnswers({
      removal: {
        key,
        how: 'deleted',
        versions: 1,
        answers: [{ until: 0, status: 404 }],
        record: { kind: 'deleted' },
        remarks: [],
      },
    });
    account.setPackages([valid({ state: 'revoked' })]);
    terminal.type('x');
    await terminal.until((text) => text.includes('Revoke every link to'));
    terminal.type('y');
    await terminal.until((text) => /Its link\s+answers 404: dead/.test(text));
    expect(account.done).toEqual([`revoke ${key}`]);
    await terminal.until((text) => text.includes('revoked: no link to it works'));
  });

  it('that was revoked is not shown as one that works, nor handed out', async () => {
    const revokedAt = pictureTime - hour;
    const { terminal, account } = await list([valid({ state: 'revoked', isGone: true, revokedAt })]);
    terminal.type('\r');
    await terminal.until((text) => text.includes('Links known here'));
    expect(terminal.text()).toContain('dead since Fri 20 Nov 09:35 UTC, made Fri 20 Nov 10:35 UTC');
    expect(terminal.text()).not.toContain('until');
    expect(terminal.rows().at(-1)).not.toContain('raw');
    terminal.type('u');
    await terminal.until((text) => text.includes('No link to this package works any more.'));
    terminal.type('\x1b');
    await terminal.until((text) => !text.includes('Links known here'));
    for (const pressed of ['y', 'u', 'n', 'Y', 'S', 'Q']) {
      terminal.type(pressed);
      await terminal.until((text) => text.includes('No link to this package works any more.'));
      terminal.type('k');
      await terminal.until((text) => !text.includes('No link to this package works any more.'));
    }
    expect(terminal.copied).toEqual([]);
    terminal.type('x');
    await terminal.until((text) => /was revoked already, Fri 20 Nov 09:35\s+UTC\./.test(text));
    terminal.type('y');
    await terminal.until((text) => text.includes('was deleted, 1 version.'));
    expect(account.done).toEqual([`revoke ${key}`]);
  });

  it('is revoked by the policy only after its difference was shown and agreed to', async () => {
    const { terminal, account } = await list([valid()]);
    const added = ['Sid: CcwbTuiRevoked1', 'Effect: Deny'];
    account.setAnswers({ asks: { kind: 'policy', bucket: 'b', added, removed: ['Effect: Allow'] } });
    const revoke = async () => {
      terminal.type('x');
      await terminal.until((text) => text.includes('Revoke every link to'));
      terminal.type('y');
      await terminal.until((text) => text.includes('Change the policy?'));
    };
    await revoke();
    expect(terminal.rows().slice(1, 6)).toEqual([
      '',
      '  The policy of the bucket b is to change:',
      '  - Effect: Allow',
      '  + Sid: CcwbTuiRevoked1',
      '  + Effect: Deny',
    ]);
    expect(terminal.rows().at(-1)).toMatch(/^y change it {2}⏎ n no/);
    terminal.type('1');
    await terminal.until((text) => text.includes('The revocation waits for your answer: 2 leads to it.'));
    terminal.type('2');
    await terminal.until((text) => text.includes('Change the policy?'));
    terminal.type('\r');
    await terminal.until((text) => text.includes('It was not revoked, as answered.'));
    expect(account.done).toEqual([]);
    await revoke();
    terminal.type('y');
    await terminal.until((text) => text.includes('was deleted, 1 version.'));
    expect(account.done).toEqual([`revoke ${key}`]);
  });

  it('whose revocation was cut short says so, and can be revoked to the end', async () => {
    const { terminal, account } = await list([
      valid({ state: 'gone', isGone: true, revokingSince: pictureTime }),
    ]);
    expect(terminal.text()).toContain('its revocation of Fri 20 Nov 10:35 UTC was cut short: x goes on');
    terminal.type('x');
    await terminal.until((text) => text.includes('Revoke every link to'));
    terminal.type('y');
    await terminal.until((text) => text.includes('was deleted, 1 version.'));
    expect(account.done).toEqual([`revoke ${key}`]);
  });

  it('that may not be revoked is told of, with what to do', async () => {
    const { terminal, account } = await list([valid()]);
    account.setAnswers({
      removal: new AppError({
        kind: 'failed',
        message: 'It was not revoked. The link works until then.',
        hint: 'Ask for s3:DeleteObjectVersion.',
      }),
    });
    terminal.type('x');
    await terminal.until((text) => text.includes('Revoke every link to'));
    terminal.type('y');
    await terminal.until(
      (text) =>
        text.includes('The link works until then. Ask for') && text.includes('s3:DeleteObjectVersion.'),
    );
  });
});

describe('the note of a package that another session made', () => {
  it('stands on the screen, is copied, shown as a code and left', async () => {
    const { terminal } = await list([
      valid({ links: [{ url, expiresAt: pictureTime + 40 * hour, madeAt: pictureTime, cause: 'asked' }] }),
    ]);
    terminal.type('n');
    await terminal.until((text) => text.includes('Note') && text.includes('Works'));
    expect(terminal.rows().slice(2, 9)).toEqual([
      expect.stringMatching(/^ {2}Link {6}https:\/\/bucket\S+…\S+$/),
      '  Works     until Sun 22 Nov 02:35 UTC',
      '            as asked',
      `  File      ${filename}, 31 MiB`,
      `  sha256    ${'cd'.repeat(32)}`,
      '  Built by  claude-code-auth-windows-build:abc12345',
      '  Made      Fri 20 Nov 10:35 UTC by assumed-role/Admin/alice, of abc12345',
    ]);
    expect(terminal.text()).toContain('Install with these commands');
    expect(terminal.rows().at(-1)).toMatch(/y copy.*Y note.*S save.*Q QR/);
    terminal.type('y');
    await terminal.until((text) => text.includes('The link was sent to the clipboard'));
    terminal.type('Y');
    await terminal.until((text) => text.includes('The note was sent to the clipboard'));
    expect(terminal.copied[0]).toBe(url);
    expect(terminal.copied[1]).toContain(`${url}\n`);
    terminal.type('jjjj');
    await terminal.until((text) => text.includes('sha256') && !text.includes('as asked'));
    terminal.type('\x1b');
    await terminal.until((text) => text.includes('PACKAGE'));
  });

  it('cancels no run that is under way, and is refused where the link has ended', async () => {
    const { terminal, account } = await list([valid(), valid({ key: 'packages/b/b.zip', expiresAt: 1 })]);
    terminal.type('d');
    await terminal.until((text) => text.includes('Making a package'));
    terminal.type('2');
    await terminal.until((text) => text.includes('PACKAGE'));
    terminal.type('n');
    await terminal.until((text) => text.includes('Works'));
    expect(terminal.rows().at(-1)).not.toContain('cancel');
    terminal.type('\x1b');
    await terminal.until((text) => text.includes('PACKAGE'));
    terminal.type('d');
    await terminal.until((text) => text.includes('Making a package'));
    expect(account.done).toEqual(['make 48']);
    terminal.type('2');
    await terminal.until((text) => text.includes('PACKAGE'));
    terminal.type('jn');
    await terminal.until((text) => text.includes('The link has expired: r makes a new one.'));
  });
});

describe('a package', () => {
  it('is deleted after a yes', async () => {
    const { terminal, account } = await list([valid()]);
    terminal.type('X');
    await terminal.until((text) => text.includes('with all its versions?'));
    terminal.type('y');
    await terminal.until((text) => text.includes('was deleted, 1 version.'));
    expect(account.done).toEqual([`delete ${key}`]);
  });

  it('is downloaded to the file named, and over another only after a yes', async () => {
    const { terminal, account } = await list([valid()]);
    account.setAnswers({ files: [`./${filename}`] });
    terminal.type('w');
    await terminal.until((text) => text.includes('Save the package to:'));
    terminal.type('\r');
    await terminal.until((text) => text.includes('y replace'));
    terminal.type('n');
    await terminal.until((text) => !text.includes('y replace'));
    expect(account.done).toEqual([]);
    terminal.type('w');
    await terminal.until((text) => text.includes('Save the package to:'));
    terminal.type('\x15/tmp/x.zip\r');
    await terminal.until((text) => text.includes('to /tmp/x.zip, sha256 as recorded'));
    expect(account.done).toEqual([`download ${key} /tmp/x.zip`]);
  });

  it('is left as it is under --read-only, and where it is gone', async () => {
    const { terminal } = await list([valid()], { options: { readOnly: true } });
    for (const pressed of ['r', 'x', 'X']) {
      terminal.type(pressed);
      await terminal.until((text) => text.includes('nothing may be changed'));
    }
    await program?.quit();
    const { terminal: other, account } = await list([valid({ state: 'gone' })]);
    for (const pressed of ['r', 'x', 'X', 'w']) {
      other.type(pressed);
      await other.until((text) => /not in the bucket any more|It is gone/.test(text));
    }
    expect(account.done).toEqual([]);
  });
});
