import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { ProgramDeps } from '../../src/program.tsx';
import { keys } from '../support/fake-terminal.tsx';
import { pictureAccount, type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureBuilds, pictureTime, sampleBuild } from '../support/sample-builds.ts';

let program: StartedProgram | undefined;
afterEach(async () => {
  await program?.quit();
  program = undefined;
});

async function start(given: Parameters<typeof startProgram>[0] = {}): Promise<StartedProgram> {
  program = startProgram(given);
  await program.terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
  return program;
}

/** No answer, ever. */
const silence = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const neverConnects: ProgramDeps['connect'] = (_options, signal) => silence(signal);

describe('the builds at 80x24', () => {
  it('look as drawn', async () => {
    const { terminal } = await start();
    expect(terminal.rows()).toEqual([
      'ccwb-tui › Builds                        ClaudeCode us-east-1 …9012 7h12 ● live',
      '  BUILD     STATUS         STARTED       TIME  PHASE      TARGET         COST',
      '› 9f3c1a2b  ◐ In progress  10:30        5m12s  BUILD      windows      ~$0.22',
      '    ██████████▏·············· 40% of the usual 12m48, ~7m left',
      '  c07d55e1  ◐ In progress  10:29        5m58s  PRE_BUILD  linux-x64    ~$0.06',
      '  abc12345  ✓ Succeeded    09:15       12m48s  –          windows      ~$0.47',
      '  def67890  ✗ Failed       08:00        2m03s  BUILD      windows      ~$0.11',
      '    COMMAND_EXECUTION_ERROR: python -m nuitka … exit status 1',
      '  5512aa0e  ■ Stopped      yesterday    1m40s  INSTALL    windows      ~$0.07',
      '  77be0c3f  ✓ Succeeded    18 Nov      13m02s  –          windows      ~$0.50',
      '  0badcafe  ✓ Succeeded    17 Nov      12m40s  –          windows      ~$0.47',
      ...Array.from({ length: 11 }, () => ''),
      ' 7 of 214 · updated now',
      '↑↓ move  ⏎ open  b build  d ship  x stop  r retry  / filter  q quit  ? more',
    ]);
  });

  it('are exactly as high as the terminal and never wider', async () => {
    const { terminal } = await start();
    expect(terminal.rows()).toHaveLength(24);
    for (const row of terminal.rows()) expect(row.length).toBeLessThanOrEqual(80);
  });

  it('take three keys that arrive as one piece', async () => {
    const { terminal } = await start();
    terminal.type('jjj');
    await terminal.until((text) => text.includes('› def67890'));
    terminal.type('kk');
    await terminal.until((text) => text.includes('› c07d55e1'));
  });

  it('take no key from a paste', async () => {
    const { terminal } = await start();
    terminal.type('\x1b[200~jjjq\x1b[201~');
    terminal.type('j');
    await terminal.until((text) => text.includes('› c07d55e1'));
  });

  it('show a new build by itself and keep the marker where it is', async () => {
    const { terminal, account } = await start();
    terminal.type('jj');
    await terminal.until((text) => text.includes('› abc12345'));
    const fresh = sampleBuild({ uuid: 'ffff0000-1', status: 'IN_PROGRESS', startedAt: pictureTime });
    account.setBuilds([fresh, ...pictureBuilds()], { total: 215, more: true });
    await terminal.until((text) => text.includes('ffff0000'));
    expect(terminal.text()).toContain('› abc12345');
    expect(terminal.text()).toContain('8 of 215');
  });

  it('count the seconds while something runs', async () => {
    const { terminal, clock } = await start();
    await clock.advance(1_000);
    await terminal.until((text) => text.includes('5m13s'));
    expect(terminal.text()).toContain('5m59s');
    expect(terminal.text()).toContain('updated 1 s ago');
  });

  it('draw nothing while nothing moves, until the minute is over', async () => {
    const ended = pictureBuilds().filter((build) => build.status !== 'IN_PROGRESS');
    const { terminal, clock, account } = await start();
    account.setBuilds(ended);
    await terminal.until((text) => !text.includes('9f3c1a2b'));
    // Seconds that were already under way may still tick once.
    await clock.advance(1_000);
    const before = terminal.frameCount();
    await clock.advance(58_000);
    expect(terminal.frameCount()).toBe(before);
    await clock.advance(2_000);
    expect(terminal.frameCount()).toBe(before + 1);
  });

  it('filter while one types and say how many are left', async () => {
    const { terminal } = await start();
    terminal.type('/');
    terminal.type('suc');
    await terminal.until((text) => text.includes(' Filter: suc▏'));
    expect(terminal.text()).toContain('3 of 7 match "suc"');
    expect(terminal.text()).not.toContain('9f3c1a2b');
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('↑↓ move'));
    terminal.type(keys.esc);
    await terminal.until((text) => text.includes('9f3c1a2b'));
  });

  it('say why a key is off', async () => {
    const { terminal } = await start();
    terminal.type('d');
    await terminal.until((text) =>
      text.includes(' Build 9f3c1a2b is still running: the newest good build is abc12345.'),
    );
    expect(program?.account.done).toEqual([]);
  });

  it('stop a build only after a question, whose default is no', async () => {
    const { terminal, account } = await start();
    terminal.type('x');
    await terminal.until((text) => text.includes('Stop build 9f3c1a2b (windows)?'));
    expect(terminal.rows().at(-1)).toBe('y stop it  ⏎ n no');
    terminal.type(keys.enter);
    await terminal.until((text) => !text.includes('Stop build'));
    expect(account.done).toEqual([]);
    terminal.type('x');
    await terminal.until((text) => text.includes('Stop build'));
    terminal.type('y');
    await terminal.until((text) => text.includes('is being stopped'));
    expect(account.done).toEqual([`stop ${pictureBuilds()[0]?.id}`]);
    expect(terminal.text()).toMatch(/› 9f3c1a2b {2}■ Stopped/);
  });

  it('say that a key waits for its answer, instead of nothing', async () => {
    const account = pictureAccount({ now: () => pictureTime });
    const connect: ProgramDeps['connect'] = async (options, signal) => {
      const services = await account.connect(options, signal);
      return { ...services, builds: { ...services.builds, stop: (_id, until) => silence(until) } };
    };
    const { terminal, clock } = await start({ account, deps: { connect } });
    terminal.type('xy');
    await terminal.until((text) => !text.includes('y stop it'));
    expect(terminal.text()).not.toContain('no answer yet');
    await clock.advance(2_000);
    await terminal.until((text) => text.includes(' Stopping the build: no answer yet.'));
  });

  it('ask on AWS before a start: the project, the age of its source, the cost', async () => {
    const { terminal, account } = await start();
    account.setSource({ modifiedAt: pictureTime - 3 * 3_600_000, size: 5 * 1024 * 1024 });
    terminal.type('b');
    await terminal.until((text) => text.includes('Which project'));
    terminal.type(keys.enter);
    await terminal.until((text) =>
      text.includes(' Build claude-code-auth-windows-build? Source 5.0 MiB, 3 h old, ~$0.47.'),
    );
    expect(terminal.rows().at(-1)).toBe('⏎ y start  n no');
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('has started'));
    expect(account.done).toEqual(['start claude-code-auth-windows-build token-1']);
    expect(terminal.text()).toContain('› 1a11ce00');
  });

  it('refuse to start where no source lies, with the remedy', async () => {
    const { terminal, account } = await start();
    terminal.type('b');
    await terminal.until((text) => text.includes('Which project'));
    terminal.type(keys.enter);
    await terminal.until((text) =>
      text.includes('No source lies at bucket/source.zip. ccwb package uploads one.'),
    );
    expect(account.done).toEqual([]);
  });

  it('keep the last good data under what is wrong, with the remedy, and recover by themselves', async () => {
    const { terminal, account } = await start();
    account.setTrouble(
      new AppError({
        kind: 'credentials',
        message: 'The credentials of ClaudeCode have expired.',
        hint: 'aws sso login --profile ClaudeCode',
      }),
    );
    await terminal.until((text) => text.includes('expired'));
    expect(terminal.rows().slice(1, 3)).toEqual([
      '▲ The credentials of ClaudeCode have expired.  since 10:35:16, next try in 10 s',
      '  → aws sso login --profile ClaudeCode',
    ]);
    expect(terminal.rows()[0]).toMatch(/▲ trouble$/);
    expect(terminal.text()).toContain('› 9f3c1a2b');
    expect(terminal.rows()).toHaveLength(24);
    account.setTrouble();
    await terminal.until((text) => text.includes('● live'));
    expect(terminal.text()).not.toContain('expired');
  });

  it('show where they look while there is nothing yet, and what to do where there is nothing', async () => {
    program = startProgram({ deps: { connect: neverConnects } });
    await program.terminal.until((text) => text.includes('Connecting to AWS…'));
    expect(program.terminal.rows()[0]).toMatch(/ClaudeCode ○ connecting$/);
  });
});

describe('the builds at 200x60', () => {
  it('show the whole account, project, person and a bar', async () => {
    const { terminal } = await start({ columns: 200, rows: 60 });
    const rows = terminal.rows();
    expect(rows).toHaveLength(60);
    expect(rows[0]).toMatch(
      /^ccwb-tui › Builds {3,}AWS ClaudeCode · us-east-1 · 123456789012 · credentials 7h12 · ● live$/,
    );
    expect(rows[1]).toMatch(/COST {2}BY {14}NO {2}PROJECT {27,} OF USUAL$|COST.*BY.*NO.*PROJECT.*OF USUAL$/);
    expect(rows[2]).toContain('alice');
    expect(rows[2]).toContain('#214');
    expect(rows[2]).toMatch(/claude-code-auth-windows-build {2,}█+/);
  });

  it('follow the size of the terminal', async () => {
    const { terminal } = await start();
    terminal.resize(200, 60);
    await terminal.until((text) => text.includes('PROJECT') && text.split('\n').length === 60);
    terminal.resize(80, 24);
    await terminal.until((text) => !text.includes('PROJECT') && text.split('\n').length === 24);
  });
});

describe('a terminal that is too small', () => {
  it('gets one polite line, and the builds again when it grows', async () => {
    const { terminal } = await start();
    terminal.resize(79, 24);
    await terminal.until((text) => text.includes('ccwb-tui needs 80x24, this is 79x24.'));
    expect(terminal.rows()[1]).toBe('Enlarge the terminal, or q quits.');
    terminal.resize(40, 5);
    await terminal.until((text) => text.includes('this is 40x5'));
    expect(terminal.rows()).toHaveLength(5);
    terminal.resize(80, 24);
    await terminal.until((text) => text.includes('9f3c1a2b'));
  });
});

describe('other looks', () => {
  it('draws ASCII alone where only ASCII may be drawn', async () => {
    const { terminal } = await start({ capabilities: { unicode: false } });
    terminal.type('jjj');
    await terminal.until((text) => text.includes('> def67890'));
    expect(terminal.text()).toMatch(/^[\x20-\x7e\n]*$/);
    expect(terminal.text()).toContain('7 of 214 . updated now');
    expect(terminal.rows().at(-1)).toMatch(/^\^v move {2}Enter open/);
  });

  it('draws no colour where none is wanted, and colours where they are', async () => {
    const { terminal } = await start({ capabilities: { colorDepth: 0 } });
    expect(terminal.raw()).not.toContain('\x1b');
    await program?.quit();
    for (const colorDepth of [4, 8, 24] as const) {
      const coloured = await start({ capabilities: { colorDepth } });
      expect(coloured.terminal.raw()).toContain('\x1b[');
      expect(coloured.terminal.rows()).toEqual(terminal.rows());
      await coloured.quit();
    }
  });
});
