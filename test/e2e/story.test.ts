import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuiltProgram, buildProgram, type User } from '../support/built-program.ts';
import { keys, type PtyOptions, type PtyProgram, startInPty } from '../support/pty.ts';

/** The sample project takes half a minute, on a busy machine much more. */
const longestBuildMs = 180_000;

let program: BuiltProgram;
let user: User;
let running: PtyProgram | undefined;

beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());
beforeEach(async () => {
  user = await program.newUser();
});
afterEach(async () => {
  await running?.dispose();
  running = undefined;
});

function start(args: readonly string[] = [], options: Partial<PtyOptions> = {}): PtyProgram {
  running = startInPty(process.execPath, [program.bin, ...args], {
    cwd: user.home,
    ...options,
    env: { ...user.env, ...options.env },
  });
  return running;
}

describe('a new user', () => {
  it('takes the sandbox, builds, watches, ships, opens the link and leaves', {
    timeout: 240_000,
  }, async () => {
    const screen = start();
    await screen.waitFor('Where shall builds run?');
    screen.send(keys.enter);
    await screen.waitFor('No builds yet');
    screen.send('b');
    await screen.waitFor('In progress');
    screen.send(keys.enter);
    await screen.waitFor('following');
    await screen.waitFor('Running command');
    await screen.waitFor('Succeeded', longestBuildMs);
    expect(screen.text()).toMatch(/✓ UPLOAD/);

    screen.send('d');
    const note = await screen.waitFor('Made and recorded');
    const sha256 = /sha256 +([0-9a-f]{64})/.exec(note)?.[1];
    screen.send('u');
    // Leaving the full screen and printing are two writes: the link is whole once its last parameter is there.
    const linkLine = /http:\/\/127\.0\.0\.1:\d+\/\S+x-id=GetObject/;
    await screen.waitFor(() => !screen.isFullScreen() && linkLine.test(unwrapped(screen)));
    const link = linkLine.exec(unwrapped(screen))?.[0] ?? '';
    const zip = Buffer.from(await (await fetch(link)).arrayBuffer());
    expect(createHash('sha256').update(zip).digest('hex')).toBe(sha256);
    screen.send(' ');
    await screen.waitFor(() => screen.isFullScreen());
    await screen.waitFor('Made and recorded');

    screen.send('Y');
    await screen.waitFor('The note was sent to the clipboard.');
    const colleague = await program.newUser();
    expect(await paste(commandsIn(copiedLast(screen)), colleague)).toMatchObject({
      status: 0,
      output: expect.stringContaining('Signing in works'),
    });
    expect(await readdir(colleague.home)).toContain('claude-code-with-bedrock');

    screen.send(keys.ctrlC);
    expect((await screen.ended).exitCode).toBe(0);
    expect(screen.isFullScreen()).toBe(false);

    const twin = await user.run(['distribute', '--get-latest', '--sandbox']);
    expect(twin).toMatchObject({ code: 0, stdout: `${link}\n` });
  });
});

/** The text of the terminal with rows that the terminal itself wrapped joined again, as a selection takes it. */
function unwrapped({ terminal }: PtyProgram): string {
  const buffer = terminal.buffer.active;
  let text = '';
  for (let at = 0; at < buffer.length; at++) {
    const line = buffer.getLine(at);
    text += `${line?.isWrapped ? '' : '\n'}${line?.translateToString(true) ?? ''}`;
  }
  return text;
}

/** What was sent to the clipboard last, by OSC 52. */
function copiedLast(screen: PtyProgram): string {
  const [, payload = ''] = [...screen.output().matchAll(/\x1b\]52;c;([^\x07]*)\x07/g)].at(-1) ?? [];
  return Buffer.from(payload, 'base64').toString('utf8');
}

/** The commands of a note for macOS and Linux. */
const commandsIn = (note: string) => /^\($[\s\S]*?^\)$/m.exec(note)?.[0] ?? 'false';

/** The commands pasted into the shell of somebody with a clean home. */
async function paste(
  commands: string,
  { home, env }: User,
): Promise<{ status: number | null; output: string }> {
  const child = spawn('sh', ['-s'], { cwd: home, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  child.stdin.end(`${commands}\n`);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}

describe('the terminal it is started in', () => {
  it('may change its size at any time, and below 80×24 is told so', async () => {
    const screen = start();
    await screen.waitFor('Where shall builds run?');
    screen.resize(70, 20);
    await screen.waitFor(/needs 80x24, this is 70x20/);
    screen.resize(120, 40);
    await screen.waitFor((text) => text.includes('Where shall') && footer(screen).includes('quit'));
    screen.resize(80, 24);
    await screen.waitFor((text) => text.includes('Where shall') && footer(screen).includes('quit'));
    screen.send('q');
    expect((await screen.ended).exitCode).toBe(0);
  });

  it('is sent no colours under NO_COLOR', async () => {
    const screen = start([], { env: { NO_COLOR: '1' } });
    await screen.waitFor('Where shall builds run?');
    screen.send('q');
    await screen.ended;
    expect(screen.output()).not.toMatch(/\x1b\[[\d;]*(?:3[0-8]|4[0-8]|9\d|10[0-7])[\d;]*m/);
  });

  it.each([
    ['--ascii', ['--ascii'], {}],
    ['a locale without UTF-8', [], { LANG: 'C' }],
  ])('is sent nothing but ASCII with %s', async (_, args, env) => {
    const screen = start(args, { env });
    await screen.waitFor('Where shall builds run?');
    screen.send('?');
    await screen.waitFor('suspend');
    screen.send(keys.ctrlC);
    await screen.ended;
    expect(screen.output()).not.toMatch(/[^\x00-\x7f]/);
  });

  it('is refused in a line where it is none, or cannot show a screen', async () => {
    const none = await user.run([]);
    expect(none.code).toBe(2);
    expect(none.stdout).toBe('');
    expect(none.stderr).toContain('ccwb-tui builds');
    expect(none.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);

    const dumb = start([], { env: { TERM: 'dumb' } });
    expect((await dumb.ended).exitCode).toBe(2);
    expect(dumb.text()).toContain('TERM=dumb');
    expect(dumb.output()).not.toContain('\x1b');
  });
});

const footer = (screen: PtyProgram) => screen.rows().at(-1) ?? '';
