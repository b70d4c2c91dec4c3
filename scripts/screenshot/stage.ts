import { spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { type PtyProgram, startInPty } from '../../test/support/pty.ts';

/** An empty home in which the built program runs, with a sandbox of its own. */
export type Stage = {
  /** Runs a headless command to its end and throws its output away; resolves with its exit code. */
  run(args: readonly string[]): Promise<number>;
  /** Opens the full-screen program at 80×24. */
  open(args: readonly string[]): PtyProgram;
  /** A copy of the sample project with a mistake in it: user ids are no longer hidden, which a test notices. */
  brokenProject(): string;
  /** Ends the sandbox. */
  strike(): Promise<void>;
};

const executable = resolve('bin', 'ccwb-tui.js');

export function createStage(home: string): Stage {
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
  };
  const run = (args: readonly string[]) =>
    new Promise<number>((ended, failed) => {
      const child = spawn(process.execPath, [executable, ...args], { cwd: home, env, stdio: 'ignore' });
      child.once('error', failed);
      child.once('exit', (code) => ended(code ?? 1));
    });
  return {
    run,
    open: (args) => startInPty(process.execPath, [executable, ...args], { cwd: home, env }),
    brokenProject() {
      const folder = join(home, 'project');
      cpSync('sample', folder, { recursive: true });
      const file = join(folder, 'source', 'otel-helper', 'headers.js');
      const good = readFileSync(file, 'utf8');
      const bad = good.replace('userId(String(claims.sub))', 'String(claims.sub)');
      if (bad === good) throw new Error(`${file} is no longer what the mistake was made for.`);
      writeFileSync(file, bad);
      return folder;
    },
    strike: async () => {
      await run(['sandbox', 'stop']);
    },
  };
}
