import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeLastList } from '../../src/services/last-lists.ts';
import { accountMark } from '../../src/start/account-mark.ts';
import { leaveProgram } from '../../src/terminal/sequences.ts';
import { type BuiltProgram, buildProgram, type User } from '../support/built-program.ts';
import { keys, type PtyProgram, startInPty } from '../support/pty.ts';
import { sampleBuild } from '../support/sample-builds.ts';

let program: BuiltProgram;
let silent: Server;
let endpointUrl: string;
let screen: PtyProgram | undefined;

beforeAll(async () => {
  program = await buildProgram();
  const lib = join(program.bin, '../../lib');
  // The program behind the picture comes when it is let go, or breaks: a slow disk, a file that is gone.
  await rename(join(lib, 'start.js'), join(lib, 'started.js'));
  await writeFile(
    join(lib, 'start.js'),
    `process.emitWarning('a smear');
console.error('a smear');
await globalThis.letGo;
if (process.env.BREAK === 'throw') throw new Error('a planted defect');
export const { start } = await import(process.env.BREAK === 'missing' ? './gone.js' : './started.js');
`,
  );
  await writeFile(
    join(program.home, 'hold.cjs'),
    `globalThis.letGo = new Promise((go) => process.once('SIGUSR2', go));
// Each loads what takes V8 dozens of ms: the picture does without.
for (const name of ['Segmenter', 'DateTimeFormat']) {
  const real = Intl[name];
  Intl[name] = function () { throw new Error(name + ' for the first picture'); };
  letGo.then(() => { Intl[name] = real; });
}
`,
  );
  silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  endpointUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await screen?.dispose();
  screen = undefined;
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await program.remove();
});

const old = sampleBuild({ uuid: 'aaaaaaaa-1111-4222-8333-444455556666' });
const listed = /aaaaaaaa[\s\S]* min old, connecting/;

/** A user whose list of the account was kept three minutes ago. */
async function userBefore(): Promise<User> {
  const user = await program.newUser();
  const env = {
    ...user.env,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_REGION: 'eu-west-1',
  };
  const at = Date.now() - 180_000;
  const mark = accountMark(
    { target: { place: 'aws' }, endpointUrl },
    { home: user.home, cwd: user.home, env },
  );
  const list = { builds: [{ ...old, startedAt: at - 60_000 }], more: false, total: 1, at };
  writeLastList(join(user.home, '.local/share/ccwb-tui/last-lists'), mark, list);
  return { ...user, env };
}

const held = () => ({ NODE_OPTIONS: `--require=${join(program.home, 'hold.cjs')}` });

async function start(env: Record<string, string> = {}, args: readonly string[] = []): Promise<PtyProgram> {
  const user = await userBefore();
  const all = [program.bin, '--endpoint-url', endpointUrl, ...args];
  screen = startInPty(process.execPath, all, { env: { ...user.env, ...env }, cwd: user.home });
  return screen;
}

const letGo = (on: PtyProgram) => on.kill('SIGUSR2');
const timesIn = (text: string, part: string) => text.split(part).length - 1;

describe('the first picture', () => {
  it('is all that is drawn until there is something new', async () => {
    const on = await start();
    await on.waitFor(listed);
    on.send('?');
    await on.waitFor('Moving');
    const output = on.output();
    expect(timesIn(output, 'aaaaaaaa')).toBe(1);
    expect(timesIn(output, '\x1b[?1049h')).toBe(1);
    expect(timesIn(output, '\x1b[2J')).toBe(2);
    expect(timesIn(output, '\x1b[c')).toBeLessThanOrEqual(1);
    expect(output).not.toContain('a smear');
  });

  it('stands before the program is loaded, and keys typed meanwhile are answered', async () => {
    const on = await start(held());
    await on.waitFor(listed);
    on.send('?');
    letGo(on);
    await on.waitFor('Moving');
  });

  it('gives way to a program that is left at once', async () => {
    const on = await start(held());
    await on.waitFor(listed);
    on.send(keys.ctrlC);
    letGo(on);
    expect((await on.ended).exitCode).toBe(0);
    expect(on.isFullScreen()).toBe(false);
  });

  it('leaves the shell its screen whenever Ctrl-C is pressed', async () => {
    const on = await start();
    on.send(keys.ctrlC);
    await on.ended;
    expect(on.isFullScreen()).toBe(false);
    expect(timesIn(on.output(), '\x1b[?25l')).toBe(timesIn(on.output(), '\x1b[?25h'));
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('is taken back at %s while the program is loaded', async (name, code) => {
    const on = await start(held());
    await on.waitFor(listed);
    on.kill(name);
    expect((await on.ended).exitCode).toBe(code);
    expect(on.isFullScreen()).toBe(false);
    expect(on.output().endsWith(leaveProgram)).toBe(true);
  });

  it('is followed by the program at the size that the window has by then', async () => {
    const on = await start(held());
    await on.waitFor(listed);
    on.resize(100, 30);
    letGo(on);
    await on.waitFor(() => on.rows()[29]?.includes('q quit') === true && listed.test(on.text()));
  });

  it.each([
    ['throw', 1, 'a planted defect'],
    ['missing', 1, 'Cannot find module'],
  ])('gives the screen back where the program cannot be loaded (%s)', async (how, code, message) => {
    const on = await start({ BREAK: how });
    expect((await on.ended).exitCode).toBe(code);
    expect(on.output()).toContain('aaaaaaaa');
    expect(on.isFullScreen()).toBe(false);
    expect(on.text()).toContain(message);
    expect(on.text()).not.toMatch(/^ +at /m);
  });

  it('is not drawn where the program would refuse', async () => {
    const user = await userBefore();
    const folder = join(user.home, '.config', 'ccwb-tui');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'settings.json'), '{ broken');
    const refusals: [args: string[], env: Record<string, string>, message: string][] = [
      [[], {}, 'is broken'],
      [['--json'], {}, '--json belongs'],
      [['--sandbox'], {}, 'exclude each other'],
      [[], { TERM: 'dumb' }, 'full-screen'],
    ];
    for (const [args, env, message] of refusals) {
      const all = [program.bin, '--endpoint-url', endpointUrl, ...args];
      const on = startInPty(process.execPath, all, { env: { ...user.env, ...env }, cwd: user.home });
      try {
        expect((await on.ended).exitCode, message).toBe(2);
        expect(on.text()).toContain(message);
        expect(on.output()).not.toContain('\x1b[?');
      } finally {
        await on.dispose();
      }
    }
  });

  it('is taken back when the program is stopped, and comes back with it', async () => {
    const { env, home } = await userBefore();
    await writeFile(join(home, 'start.sh'), `echo $$ > pid; exec "$NODE" "$BIN" "$@"\n`);
    const on = startInPty('bash', ['--norc', '--noprofile', '--noediting', '-i'], {
      cwd: home,
      env: { ...env, ...held(), PS1: 'shell> ', NODE: process.execPath, BIN: program.bin },
    });
    screen = on;
    await on.waitFor('shell>');
    on.send(`sh start.sh --endpoint-url ${endpointUrl}\r`);
    await on.waitFor(listed);
    const pid = Number(await readFile(join(home, 'pid'), 'utf8'));
    process.kill(pid, 'SIGTSTP');
    await on.waitFor((text) => text.includes('Stopped') && text.trimEnd().endsWith('shell>'));
    expect(on.isFullScreen()).toBe(false);
    on.send('fg\r');
    await on.waitFor(listed);
    expect(on.isFullScreen()).toBe(true);
    process.kill(pid, 'SIGUSR2');
    on.send('q');
    await on.waitFor((text) => !on.isFullScreen() && text.trimEnd().endsWith('shell>'));
    on.send('echo "ended with $?"\r');
    await on.waitFor('ended with 0');
  });
});
