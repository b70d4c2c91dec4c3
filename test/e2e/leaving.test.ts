import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { keys, type PtyProgram, startInPty } from '../support/pty.ts';

let program: BuiltProgram;
let shell: PtyProgram | undefined;

beforeAll(async () => {
  program = await buildProgram();
  // Breaks the program from within at a signal, as a defect would.
  await writeFile(
    join(program.home, 'defect.cjs'),
    "process.on('SIGUSR2', () => { throw new Error('a planted defect'); });\n",
  );
  await writeFile(join(program.home, 'start.sh'), `echo $$ > pid; exec "$NODE" "$BIN" "$@"\n`);
});
afterAll(() => program.remove());
afterEach(async () => {
  await shell?.dispose();
  shell = undefined;
});

/** The last part of what the terminal is asked. */
const question = '\x1b[c';

const firstScreen = 'Where shall builds run?';

/** An interactive shell in a terminal, as the user has one before starting the program. */
async function startShell(): Promise<PtyProgram> {
  const { env, home } = program;
  shell = startInPty('bash', ['--norc', '--noprofile', '--noediting', '-i'], {
    cwd: home,
    env: {
      ...env,
      PS1: 'shell> ',
      NODE: process.execPath,
      BIN: program.bin,
      NODE_OPTIONS: `--require=${join(home, 'defect.cjs')}`,
    },
  });
  await shell.waitFor('shell>');
  await type(shell, 'stty -a > before; echo was-here', /^was-here$/m);
  return shell;
}

async function type(on: PtyProgram, line: string, answer: RegExp): Promise<void> {
  on.send(`${line}\r`);
  await on.waitFor(answer);
}

async function startProgram(on: PtyProgram, args = ''): Promise<void> {
  on.send(`sh start.sh ${args}; echo "ended with $?"\r`);
  await on.waitFor(firstScreen);
  expect(on.isFullScreen()).toBe(true);
}

/** The shell's screen, cursor, colours and modes are as they were. */
async function expectRestored(on: PtyProgram): Promise<void> {
  await on.waitFor((screen) => screen.trimEnd().endsWith('shell>'));
  expect(on.isFullScreen()).toBe(false);
  expect(on.text()).toContain('was-here');
  expect(on.terminal.modes).toMatchObject({ bracketedPasteMode: false, wraparoundMode: true });
  const output = on.output();
  expect(output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(output.lastIndexOf('\x1b[?25l'));
  await type(on, 'stty -a | cmp - before && echo "same "modes', /^same modes$/m);
}

const isFooter = (row: string | undefined) => row?.includes('q quit') === true;

describe('leaving the program', () => {
  it.each([
    ['q', 'q', 0],
    ['Ctrl-C', keys.ctrlC, 0],
  ])('by %s gives the shell back', async (_, key, code) => {
    const on = await startShell();
    await startProgram(on);
    on.send(key);
    await on.waitFor(`ended with ${code}`);
    await expectRestored(on);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGUSR2', 1],
  ] as const)('by %s gives the shell back', async (name, code) => {
    const on = await startShell();
    await startProgram(on);
    const pid = Number(await readPid());
    process.kill(pid, name);
    const screen = await on.waitFor(`ended with ${code}`);
    if (name === 'SIGUSR2') {
      expect(screen).toContain('a planted defect');
      expect(screen).not.toMatch(/^ +at /m);
    }
    await expectRestored(on);
  });
});

describe('a start that fails', () => {
  it.each([
    ['--debug /nope/x', 2, 'The debug file cannot be written'],
    ['--profile Nope', 4, 'There is no profile Nope'],
  ])('(%s) asks the terminal nothing, whose answers it would have to wait for', async (args, code, text) => {
    const on = await startShell();
    on.send(`sh start.sh ${args}; echo "ended with $?"\r`);
    await on.waitFor(`ended with ${code}`);
    expect(on.text()).toContain(text);
    expect(on.output()).toContain('\x1b[?1049h');
    expect(on.output()).not.toContain(question);
    await expectRestored(on);
  });

  it('is no other: where it stays, the program asks', async () => {
    const on = await startShell();
    await startProgram(on);
    await on.waitFor(() => on.output().includes(question));
  });
});

describe('Ctrl-Z', () => {
  it('gives the shell back, and fg the program, at the size the window has by then', async () => {
    const on = await startShell();
    await startProgram(on);
    on.send(keys.ctrlZ);
    await on.waitFor('Stopped');
    await expectRestored(on);
    on.resize(100, 30);
    on.send('fg\r');
    await on.waitFor((screen) => screen.includes(firstScreen) && isFooter(on.rows()[29]));
    on.send('q');
    await on.waitFor(() => !on.isFullScreen());
    await expectRestored(on);
  });

  it.each(['TSTP', 'STOP'])('and being stopped by somebody else (SIG%s)', async (name) => {
    const on = await startShell();
    await startProgram(on);
    // A program that is stopped cannot keep the terminal's answers from the shell: a key shows that they are in.
    on.send('?');
    await on.waitFor((screen) => !screen.includes(firstScreen));
    on.send('?');
    await on.waitFor(firstScreen);
    process.kill(Number(await readPid()), `SIG${name}`);
    await on.waitFor((screen) => screen.includes('Stopped') && /^shell>/m.test(screen));
    on.send('fg\r');
    await on.waitFor((screen) => screen.includes(firstScreen) && !screen.includes('Stopped'));
    expect(on.isFullScreen()).toBe(true);
    on.send('q');
    await on.waitFor(() => !on.isFullScreen());
    await expectRestored(on);
  });

  it('does no harm where no shell looks after the program', async () => {
    const { env, home } = program;
    shell = startInPty(process.execPath, [program.bin], { cwd: home, env });
    await shell.waitFor(firstScreen);
    const before = shell.output().length;
    shell.send(keys.ctrlZ);
    await shell.waitFor(() =>
      /\x1b\[\?1049l.*\x1b\[\?1049h.*builds run/s.test(shell?.output().slice(before) ?? ''),
    );
    shell.send('q');
    expect((await shell.ended).exitCode).toBe(0);
  });
});

async function readPid(): Promise<string> {
  return (await readFile(join(program.home, 'pid'), 'utf8')).trim();
}
