import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from './row.ts';

const run = promisify(execFile);

/** Somebody with a home of their own and a sandbox in which builds of a small project run. */
export type SandboxUser = {
  env: Record<string, string>;
  run(...args: string[]): Promise<string>;
  /** Starts a build of the project. */
  build(...args: string[]): Promise<void>;
  /** Stops the sandbox. */
  end(): Promise<void>;
};

let users = 0;

/** @param commands shell lines of the project's build */
export async function createSandboxUser(bench: Bench, commands: readonly string[]): Promise<SandboxUser> {
  const home = join(bench.dir, `user-${users++}`);
  const source = join(home, 'project');
  mkdirSync(source, { recursive: true });
  const quoted = commands.map((command) => `      - ${JSON.stringify(command)}\n`).join('');
  writeFileSync(join(source, 'buildspec.yml'), `version: 0.2\nphases:\n  build:\n    commands:\n${quoted}`);
  const { PATH = '/usr/bin:/bin' } = process.env;
  const env = { HOME: home, PATH, LANG: 'C.UTF-8', TERM: 'xterm-256color', TMPDIR: bench.dir };
  const runBin = async (...args: string[]) => {
    const { stdout } = await run(process.execPath, [bench.bin, ...args], { env, cwd: home });
    return stdout;
  };
  return {
    env,
    run: runBin,
    build: async (...args) => void (await runBin('package', '--sandbox', '--source', source, ...args)),
    end: async () => void (await runBin('sandbox', 'stop')),
  };
}
