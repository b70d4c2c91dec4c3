import { execFile, spawn } from 'node:child_process';
import { access, mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Distribution } from '../../../src/domain/distribution.ts';
import { shipNote } from '../../../src/domain/ship-note.ts';

/** What every small system has, and the installer needs. */
export const basics = [
  'sh bash awk cat cd chmod cmp cp cut dirname grep head id ls mkdir mktemp mv rm sed sort tail test tr uname',
]
  .join(' ')
  .split(' ');

/** The commands for Linux and macOS of the note that goes with a distribution. */
export function linuxCommands(distribution: Distribution): string {
  const text = shipNote(distribution, { place: 'sandbox', timeZone: 'UTC' });
  return /^\($[\s\S]*?^\)$/m.exec(text)?.[0] ?? '';
}

/** A folder `bin` in this one with these programs and no others; undefined where this machine lacks one. */
export async function folderOf(dir: string, names: readonly string[]): Promise<string | undefined> {
  const folder = join(dir, 'bin');
  await mkdir(folder);
  for (const name of names) {
    const found = await whereIs(name);
    if (found) await symlink(found, join(folder, name));
    else if (!['cd', 'test', 'cmp'].includes(name)) return undefined;
  }
  return folder;
}

async function whereIs(name: string): Promise<string | undefined> {
  if (name === 'python3') return python();
  if (name === 'node') return process.execPath;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** The program itself: what stands in the path may be a script that looks for it. */
async function python(): Promise<string | undefined> {
  const asked = promisify(execFile)('python3', ['-c', 'import sys; print(sys.executable)']);
  return asked.then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/**
 * As an interactive shell reads it, line by line, in the folder `dir`, which has `a home` and `tmp`; then asks where
 * the shell is. Answers the status of the commands.
 */
export async function paste(dir: string, shell: string, path: string, commands: string) {
  const child = spawn((await whereIs(shell)) ?? shell, ['-s'], {
    cwd: dir,
    env: { HOME: join(dir, 'a home'), PATH: path, TMPDIR: join(dir, 'tmp') },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  child.stdin.end(`${commands}\nstatus=$?; echo "still at $PWD"; exit $status\n`);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}
