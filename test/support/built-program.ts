import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** The program as it is shipped, built from the present sources into a folder of its own, and its first user. */
export type BuiltProgram = User & {
  /** The executable script; run it with `process.execPath`. */
  bin: string;
  /** Another user, who never ran it before. */
  newUser(): Promise<User>;
  /** Stops the sandboxes that were started and removes everything. */
  remove(): Promise<void>;
};

export type User = {
  home: string;
  /** Environment of somebody who has only this home. */
  env: Record<string, string>;
  /** Runs the program without a terminal. */
  run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
};

export async function buildProgram(): Promise<BuiltProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'ccwb-tui-e2e-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for (const name of ['bin', 'sample', 'package.json']) {
      await cp(join(repository, name), join(folder, name), { recursive: true });
    }
    await run(process.execPath, ['scripts/build.ts', join(folder, 'lib')], { cwd: repository });
  } catch (error) {
    await remove();
    throw error;
  }
  const bin = join(folder, 'bin', 'ccwb-tui.js');
  const users: User[] = [];
  const newUser = async () => {
    const home = join(folder, `user-${users.length + 1}`);
    await mkdir(home);
    const user = createUser(bin, home, folder);
    users.push(user);
    return user;
  };
  return {
    ...(await newUser()),
    bin,
    newUser,
    async remove() {
      await Promise.all(users.map((user) => user.run(['sandbox', 'stop'])));
      await remove();
    },
  };
}

function createUser(bin: string, home: string, tmp: string): User {
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    TMPDIR: tmp,
  };
  return {
    home,
    env,
    run: (args) =>
      new Promise((resolve) => {
        const child = execFile(
          process.execPath,
          [bin, ...args],
          { env, cwd: home },
          (error, stdout, stderr) => {
            resolve({ code: error ? Number(child.exitCode ?? -1) : 0, stdout, stderr });
          },
        );
        child.stdin?.end();
      }),
  };
}
