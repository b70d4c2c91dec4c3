import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { LogLine } from '../../src/domain/log.ts';
import { keys } from '../support/fake-terminal.tsx';
import { type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureBuilds, pictureTime } from '../support/sample-builds.ts';

const second = 1_000;
const [running, , good, failed] = pictureBuilds();
const idOf = (build: { id: string } | undefined) => build?.id ?? '';

const prefix = '[Container] 2026/11/20 10:35:02.123456 ';
const pictureLines: LogLine[] = [
  [
    -14,
    `${prefix}Running command python -m nuitka --standalone --onefile --assume-yes-for-downloads source/x.py`,
  ],
  [-13, 'Nuitka: Starting Python compilation with:'],
  [-2, 'Nuitka-Scons: Backend C compiler: cl (cl 14.3).'],
  [-1, 'Nuitka-Scons: Compiling 1 of 1,024: module.botocore.auth.c'],
].map(([at, text]) => ({ timestamp: pictureTime + Number(at) * second, text: String(text) }));

const unsupported =
  "FATAL: The Python version '3.12' is not supported by Nuitka '2.0', but an upcoming release will add it.";

const numbered = (from: number, to: number): LogLine[] =>
  Array.from({ length: to - from }, (_, index) => ({
    timestamp: pictureTime,
    text: `line ${from + index}`,
  }));

let program: StartedProgram | undefined;
afterEach(async () => {
  await program?.quit();
  program = undefined;
});

async function open(
  keysBefore = '',
  given: Parameters<typeof startProgram>[0] = {},
): Promise<StartedProgram> {
  program = startProgram(given);
  await program.terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
  program.terminal.type(`${keysBefore}${keys.enter}`);
  await program.terminal.until((text) => text.includes('── log ') || text.includes('-- log '), 'the build');
  return program;
}

describe('a running build at 80x24', () => {
  it('looks as drawn', async () => {
    const { terminal, account } = await open();
    account.log(idOf(running)).push({ kind: 'lines', lines: pictureLines });
    await terminal.until((text) => text.includes('1,024') && text.includes(' 4 lines '));
    expect(terminal.rows()).toEqual([
      'ccwb-tui › windows:9f3c1a2b              ClaudeCode us-east-1 …9012 7h12 ● live',
      '◐ In progress 5m12s  #214 by alice 10:30  ~7m left (usual 12m48)  ~$0.22 so far',
      '✓ SUBMITTED 0s ✓ QUEUED 1s ✓ PROVISIONING 48s ✓ SOURCE 3s ✓ INSTALL 1m02',
      '✓ PRE_BUILD 2m01 ◐ BUILD 1m17 █▉·········· of ~8m05  · POST · UPLOAD · FINALIZE',
      '── log ──────────────────────── 4 lines ─ 0 gaps ─ last 0s ago ─ following ▼ ──',
      '10:35:02 ▸ Running command python -m nuitka --standalone --onefile --assume-ye›',
      '10:35:03   Nuitka: Starting Python compilation with:',
      '10:35:14   Nuitka-Scons: Backend C compiler: cl (cl 14.3).',
      '10:35:15   Nuitka-Scons: Compiling 1 of 1,024: module.botocore.auth.c',
      ...Array.from({ length: 14 }, () => ''),
      '↑↓ scroll  f follow  / find  e error  [ ] phase  x stop  d ship  q back  ? more',
    ]);
  });

  it('follows its log, pauses when one scrolls up, and says how much is new below', async () => {
    const { terminal, account, clock } = await open();
    const log = account.log(idOf(running));
    log.push({ kind: 'lines', lines: numbered(0, 100) });
    await terminal.until((text) => text.includes('line 99'));
    terminal.type(keys.up);
    await terminal.until((text) => text.includes('PAUSED'));
    expect(terminal.rows()[4]).toMatch(/^── log ─+ line 99 of 100 \(99%\) ─ PAUSED ─ f follows ▼ ──$/);
    log.push({ kind: 'lines', lines: numbered(100, 146) });
    await clock.advance(100);
    await terminal.until((text) => text.includes('46 new below, f follows'));
    expect(terminal.text()).not.toMatch(/ line 99$/m);
    terminal.type('f');
    await terminal.until((text) => text.includes('line 145'));
    expect(terminal.text()).toContain('following ▼');
  });

  it('draws a flood of lines ten times a second, not once a line', async () => {
    const { terminal, account, clock } = await open();
    const log = account.log(idOf(running));
    log.push({ kind: 'lines', lines: numbered(0, 1) });
    await terminal.until((text) => text.includes('line 0'));
    const before = terminal.frameCount();
    for (let ms = 0; ms < 900; ms += 10) {
      log.push({ kind: 'lines', lines: numbered(ms, ms + 10) });
      await clock.advance(10);
    }
    await terminal.until((text) => text.includes('line 89'));
    expect(terminal.frameCount() - before).toBeLessThanOrEqual(11);
  });

  it('scrolls long lines sideways and hides the time', async () => {
    const { terminal, account } = await open();
    account.log(idOf(running)).push({ kind: 'lines', lines: pictureLines });
    await terminal.until((text) => text.includes('1,024'));
    terminal.type(keys.right);
    await terminal.until((text) =>
      text.includes('n -m nuitka --standalone --onefile --assume-yes-for-downloads'),
    );
    terminal.type('t');
    await terminal.until((text) => !text.includes('10:35:02'));
    terminal.type(keys.left);
    await terminal.until((text) => text.includes('▸ Running command'));
  });

  it('finds a text, marks where it is, goes on with n and round the end', async () => {
    const { terminal, account } = await open();
    account.log(idOf(running)).push({ kind: 'lines', lines: numbered(0, 100) });
    await terminal.until((text) => text.includes('line 99'));
    terminal.type('/');
    terminal.type('line 42');
    await terminal.until((text) => text.includes(' Find: line 42▏'));
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('10:35:16 › line 42'));
    terminal.type('n');
    await terminal.until((text) => text.includes('Went on from the beginning of the log.'));
    terminal.type('/');
    terminal.type(`nothing such${keys.enter}`);
    await terminal.until((text) => text.includes('"nothing such" is not in the log.'));
  });

  it('jumps from phase to phase and from error to error', async () => {
    const { terminal, account } = await open();
    const lines = numbered(0, 60);
    lines[10] = { timestamp: pictureTime, text: `${prefix}Entering phase INSTALL` };
    lines[20] = { timestamp: pictureTime, text: 'error: the first' };
    lines[40] = { timestamp: pictureTime, text: 'error: the second' };
    account.log(idOf(running)).push({ kind: 'lines', lines });
    await terminal.until((text) => text.includes('line 59'));
    terminal.type('e');
    await terminal.until((text) => text.includes('› error: the first'));
    terminal.type('e');
    await terminal.until((text) => text.includes('› error: the second'));
    terminal.type('e');
    await terminal.until((text) => text.includes('No error line further down.'));
    terminal.type('E');
    await terminal.until((text) => text.includes('› error: the first'));
    terminal.type('[');
    await terminal.until((text) => text.includes('› Entering phase INSTALL'));
  });

  it('says what the log waits for', async () => {
    const { terminal, account } = await open();
    account.log(idOf(running)).push({ kind: 'waiting', reason: 'stream-not-created' });
    await terminal.until((text) => text.includes('waiting: the log has not begun'));
  });

  it('keeps the log under a trouble of its own and says since when', async () => {
    const { terminal, account, clock } = await open();
    const log = account.log(idOf(running));
    log.push({ kind: 'lines', lines: numbered(0, 5) });
    await terminal.until((text) => text.includes('line 4'));
    const error = new AppError({
      kind: 'throttled',
      message: 'AWS throttles.',
      hint: 'It goes on by itself.',
    });
    log.push({ kind: 'trouble', error, since: pictureTime, nextTryAt: pictureTime + 5_000 });
    await clock.advance(100);
    await terminal.until((text) => text.includes('since 10:35:16, next try in 5 s'));
    expect(terminal.text()).toContain('line 4');
    expect(terminal.rows()).toHaveLength(24);
    log.push({ kind: 'polled', at: pictureTime, nextPollAt: pictureTime, throttled: 4 });
    await clock.advance(100);
    await terminal.until((text) => !text.includes('▲'));
    expect(terminal.text()).toContain('throttled ×4');
  });

  it('ends its streams when one goes back, and only those', async () => {
    const { terminal, account } = await open();
    expect(account.openStreams()).toEqual([`build ${idOf(running)}`, `log ${idOf(running)}`]);
    terminal.type('q');
    await terminal.until((text) => text.includes('STARTED'));
    expect(account.openStreams()).toEqual(['builds']);
  });

  it('shows the phases tick and the end', async () => {
    const { terminal, account, clock } = await open();
    await clock.advance(1_000);
    await terminal.until((text) => text.includes('BUILD 1m18'));
    if (!running) throw new Error('no build');
    account.setBuild({ ...running, status: 'SUCCEEDED', endedAt: pictureTime, phases: [] });
    await terminal.until((text) => text.includes('✓ Succeeded 5m12s'));
    expect(terminal.text()).toContain('r retry');
  });
});

describe('a failed build', () => {
  it('opens on its failure card: phase, message, the first error between its neighbours', async () => {
    const { terminal, account } = await open('jjj');
    const lines = numbered(0, 30);
    lines[12] = { timestamp: pictureTime, text: '\x1b[31merror: cl.exe was not found\x1b[0m' };
    account.log(idOf(failed)).push({ kind: 'lines', lines }, { kind: 'end', reason: 'complete' });
    account.log(idOf(failed)).end();
    await terminal.until((text) => text.includes('complete'));
    expect(terminal.rows().slice(1, 9)).toEqual([
      '✗ Failed 2m03s  #212 by alice 08:00  ~$0.11',
      '✗ BUILD failed after 24s  COMMAND_EXECUTION_ERROR',
      '  python -m nuitka … exit status 1',
      '   12  line 11',
      ' › 13  error: cl.exe was not found',
      '   14  line 13',
      '',
      '  e next error in the log  r starts the same build again',
    ]);
    expect(terminal.rows()[9]).toMatch(/^── log ─+ 30 lines ─ 0 gaps ─ complete ──$/);
    expect(terminal.rows()).toHaveLength(24);
  });

  it('adds what went wrong and the known fix, and e leads to the very line', async () => {
    const { terminal, account } = await open('jjj');
    const lines = numbered(0, 60);
    lines[5] = { timestamp: pictureTime, text: 'error: something harmless' };
    lines[30] = { timestamp: pictureTime, text: unsupported };
    account.log(idOf(failed)).push({ kind: 'lines', lines }, { kind: 'end', reason: 'complete' });
    account.log(idOf(failed)).end();
    await terminal.until((text) => text.includes('known fix'));
    expect(terminal.rows().slice(1, 13)).toEqual([
      '✗ Failed 2m03s  #212 by alice 08:00  ~$0.11',
      '✗ BUILD failed after 24s  COMMAND_EXECUTION_ERROR',
      '  python -m nuitka … exit status 1',
      '   30  line 29',
      " › 31  FATAL: The Python version '3.12' is not supported by Nuitka '2.0', but …",
      '   32  line 31',
      '',
      '  cause      Nuitka 2.0 does not support Python 3.12.',
      '  known fix  Install nuitka==2.7.12 (good for Python 3.12) in the pip line of',
      '             the buildspec.',
      '  e to that line in the log  r starts the same build again',
      expect.stringMatching(/^── log ─+ 60 lines ─ 0 gaps ─ complete ──$/),
    ]);
    expect(terminal.rows()).toHaveLength(24);
    terminal.type('e');
    await terminal.until((text) => /› FATAL: The Python version/.test(text));
    terminal.type('E');
    await terminal.until((text) => text.includes('› error: something harmless'));
  });

  it('shows more of the log around it on a high terminal', async () => {
    const { terminal, account } = await open('jjj', { columns: 200, rows: 60 });
    const lines = numbered(0, 60);
    lines[30] = { timestamp: pictureTime, text: unsupported };
    account.log(idOf(failed)).push({ kind: 'lines', lines }, { kind: 'end', reason: 'complete' });
    account.log(idOf(failed)).end();
    await terminal.until((text) => text.includes('known fix'));
    const rows = terminal.rows();
    expect(rows.slice(4, 11)).toEqual(
      [27, 28, 29, 30, 31, 32, 33].map((at) => expect.stringContaining(` ${at + 1}  `)),
    );
    expect(rows.findIndex((row) => row.startsWith('── log'))).toBe(16);
    expect(rows).toHaveLength(60);
  });

  it('says so where no line looks like an error', async () => {
    const { terminal } = await open('jjj');
    await terminal.until((text) => text.includes('No line of the log looks like an error.'));
  });
});

describe('a succeeded build', () => {
  it('that lacks a file is warned of in a line of its own', async () => {
    const { terminal, account } = await open('jj');
    const before = terminal.rows().findIndex((row) => row.startsWith('── log'));
    const lines = numbered(0, 60);
    lines[50] = {
      timestamp: pictureTime,
      text: `${prefix}Skipping invalid file path otel-helper-windows.exe`,
    };
    account.log(idOf(good)).push({ kind: 'lines', lines }, { kind: 'end', reason: 'complete' });
    account.log(idOf(good)).end();
    await terminal.until((text) => text.includes('lacks'));
    const rows = terminal.rows();
    expect(rows[1]).toContain('✓ Succeeded');
    expect(rows[2]).toBe('▲ The artifact lacks otel-helper-windows.exe, though the build succeeded.  Do n…');
    expect(rows.findIndex((row) => row.startsWith('── log'))).toBe(before + 1);
    expect(rows).toHaveLength(24);
    expect(rows[22]).toContain('line 59');
    terminal.type('e');
    await terminal.until((text) => text.includes('› Skipping invalid file path'));
  });

  it('that lacks nothing is not', async () => {
    const { terminal, account } = await open('jj');
    account
      .log(idOf(good))
      .push({ kind: 'lines', lines: numbered(0, 9) }, { kind: 'end', reason: 'complete' });
    account.log(idOf(good)).end();
    await terminal.until((text) => text.includes('complete'));
    expect(terminal.text()).not.toContain('▲');
  });
});

describe('a build named on the command line', () => {
  it('is opened as soon as it is found, and q leads to the builds', async () => {
    program = startProgram({ options: { buildRef: 'abc1' } });
    await program.terminal.until((text) => text.includes('windows:abc12345'));
    expect(program.terminal.text()).toContain('✓ Succeeded 12m48s');
    expect(program.terminal.asked()).toBe(1);
    program.terminal.type('q');
    await program.terminal.until((text) => text.includes('STARTED'));
    expect(idOf(good)).not.toBe('');
  });

  it('ends the program with a message where there is none', async () => {
    const started = startProgram({ options: { buildRef: 'zzz' } });
    await expect(started.ended).rejects.toMatchObject({
      kind: 'not-found',
      message: 'There is no build zzz.',
    });
    expect(started.terminal.calls).toEqual(['open', 'close']);
    expect(started.terminal.asked()).toBe(0);
  });
});
