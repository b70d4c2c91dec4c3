import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** The program as it is shipped, built from the present sources into a folder of its own, and a home to run it in. */
export type BuiltProgram = {
  /** The executable script; run it with `process.execPath`. */
  bin: string;
  home: string;
  /** Environment of a user who has only this home. */
  env: Record<string, string>;
  /** Runs it without a terminal. */
  run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Stops the sandbox it may have started and removes everything. */
  remove(): Promise<void>;
};

export async function buildProgram(): Promise<BuiltProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'ccwb-tui-e2e-'));
  const home = join(folder, 'home');
  await mkdir(home);
  for (const name of ['bin', 'sample', 'package.json']) {
    await cp(join(repository, name), join(folder, name), { recursive: true });
  }
  await run(process.execPath, ['scripts/build.ts', join(folder, 'lib')], { cwd: repository });
  const bin = join(folder, 'bin', 'ccwb-tui.js');
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    TMPDIR: folder,
  };
  const runHere = (args: readonly string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        [bin, ...args],
        { env, cwd: home },
        (error, stdout, stderr) => {
          resolve({ code: error ? Number(child.exitCode ?? -1) : 0, stdout, stderr });
        },
      );
      child.stdin?.end();
    });
  return {
    bin,
    home,
    env,
    run: runHere,
    async remove() {
      await runHere(['sandbox', 'stop']);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
