import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import type { RunEvent } from '../../src/runner/types.ts';
import { makeWorkspace, realClock, runBuildspec } from './run-buildspec.ts';

const build = (...commands: string[]): string =>
  `version: 0.2\nphases:\n  build:\n    commands:\n${commands.map((c) => `      - ${JSON.stringify(c)}\n`).join('')}`;

/** Calls `action` once, when a line that a command printed arrives. */
function onLine(wanted: string, action: () => void): (event: RunEvent) => void {
  let done = false;
  return (event) => {
    if (done || event.kind !== 'log' || !event.lines.includes(wanted)) return;
    done = true;
    action();
  };
}

/** Whether a process still runs; a zombie that nobody reaps does not. */
async function runs(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) [ZX] /.test(stat);
}

async function pidIn(path: string): Promise<number> {
  return Number(await readFile(path, 'utf8'));
}

test('a stop ends the command and what it left in the background, and hears their last words', async () => {
  const stop = new AbortController();
  const workspace = await makeWorkspace();
  const { text, phases, ended } = await runBuildspec(
    build('sleep 1000 & echo $! > background', "trap 'echo last words' TERM; echo ready; sleep 1000 & wait"),
    { workspace, signal: stop.signal, onEvent: onLine('ready', () => stop.abort()) },
  );
  expect(ended.status).toBe('STOPPED');
  expect(phases.slice(-1)).toEqual(['BUILD STOPPED']);
  // Told once; a shell may add that its child was terminated.
  const end = text.slice(text.indexOf('ready')).filter((line) => line !== 'Terminated');
  expect(end).toEqual([
    'ready',
    'last words',
    'Phase complete: BUILD State: STOPPED',
    'Phase context status code:  Message: ',
  ]);
  expect(await runs(await pidIn(join(workspace.sourceDir, 'background')))).toBe(false);
});

test('what ignores SIGTERM, and what is suspended, is ended after the grace', async () => {
  const stop = new AbortController();
  const workspace = await makeWorkspace();
  const { ended } = await runBuildspec(
    build(
      'sleep 1000 & echo $! > suspended; kill -STOP $!',
      'trap "" TERM; echo $$ > stubborn; echo ready; while :; do sleep 1; done',
    ),
    { workspace, signal: stop.signal, graceMs: 100, onEvent: onLine('ready', () => stop.abort()) },
  );
  expect(ended.status).toBe('STOPPED');
  for (const file of ['stubborn', 'suspended']) {
    expect(await runs(await pidIn(join(workspace.sourceDir, file)))).toBe(false);
  }
});

test('a time-out ends the build with TIMED_OUT and no artifacts', async () => {
  const timeUp = Promise.withResolvers<void>();
  const clock: Clock = {
    now: realClock.now,
    sleep: (ms, signal) => (ms === 1_234_567 ? timeUp.promise : realClock.sleep(ms, signal)),
  };
  const { phases, events, ended } = await runBuildspec(
    `${build('echo ready; sleep 1000')}artifacts:\n  files: ["**/*"]\n`,
    { clock, request: { timeoutMs: 1_234_567 }, onEvent: onLine('ready', timeUp.resolve) },
  );
  expect(ended).toEqual({ kind: 'ended', at: expect.any(Number), status: 'TIMED_OUT' });
  expect(phases.slice(-1)).toEqual(['BUILD TIMED_OUT']);
  expect(events.at(-2)).toMatchObject({ contexts: [{ code: 'BUILD_TIMED_OUT' }] });
});

test('a stop before the first command runs none', async () => {
  const { text, phases, ended } = await runBuildspec(build('echo ran'), { signal: AbortSignal.abort() });
  expect(ended.status).toBe('STOPPED');
  expect(phases).toEqual(['DOWNLOAD_SOURCE SUCCEEDED', 'INSTALL STOPPED']);
  expect(text).not.toContain('ran');
});

test('a background child does not hold the build up, serves the next command and is gone at the end', async () => {
  const workspace = await makeWorkspace();
  const { text, ended } = await runBuildspec(
    build(
      '(trap "exit 0" TERM; while :; do sleep 0.01; done) & echo $! > pid',
      'kill -0 "$(cat pid)" && echo still there',
    ),
    { workspace },
  );
  expect(ended.status).toBe('SUCCEEDED');
  expect(text).toContain('still there');
  expect(await runs(await pidIn(join(workspace.sourceDir, 'pid')))).toBe(false);
});

test.runIf(process.platform === 'linux')('a daemon that left the group ends with the build', async () => {
  const workspace = await makeWorkspace({
    'daemon.mjs': `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
writeFileSync('pid', String(child.pid));
child.unref();
`,
  });
  const { ended } = await runBuildspec(build('node daemon.mjs'), { workspace });
  expect(ended.status).toBe('SUCCEEDED');
  expect(await runs(await pidIn(join(workspace.sourceDir, 'pid')))).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'a process that left the group and its environment ends with the build, by the folder it works in',
  async () => {
    const workspace = await makeWorkspace();
    const { ended } = await runBuildspec(
      build(
        'env -i setsid sleep 1000 & echo $! > pid',
        'until grep -qx sleep "/proc/$(cat pid)/comm"; do sleep 0.01; done',
      ),
      { workspace },
    );
    expect(ended.status).toBe('SUCCEEDED');
    expect(await runs(await pidIn(join(workspace.sourceDir, 'pid')))).toBe(false);
  },
);

test.each(['kill -9 0', 'kill -9 $PPID', 'kill -9 $$'])(
  'a command that kills with `%s` fails, and the build goes on',
  async (kill) => {
    const { text, phases, ended } = await runBuildspec(
      `version: 0.2\nphases:\n  build:\n    commands: ["export A=1", "${kill}; sleep 0.1"]\n  post_build:\n    commands: ["echo A is $A"]\n`,
    );
    expect(phases).toContain('BUILD FAILED');
    expect(text).toContain('A is 1');
    expect(ended.status).toBe('FAILED');
  },
);

test('a sink that fails ends the commands and the run', async () => {
  const workspace = await makeWorkspace();
  const run = runBuildspec(build('echo $$ > pid; echo ready; sleep 1000'), {
    workspace,
    onEvent: onLine('ready', () => {
      throw new Error('disk full');
    }),
  });
  const { ended } = await run;
  expect(ended.status).toBe('FAULT');
  expect(await runs(await pidIn(join(workspace.sourceDir, 'pid')))).toBe(false);
});
