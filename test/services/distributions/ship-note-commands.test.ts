import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Distribution } from '../../../src/domain/distribution.ts';
import { shipNote } from '../../../src/domain/ship-note.ts';
import { goodArtifact, leaving, type ShipBench, ship, startShipBench } from './ship-bench.ts';

const isLinuxX64 = platform() === 'linux' && arch() === 'x64';
/** What every small system has, and the installer needs. */
const basics = [
  'sh bash awk cat cd chmod cmp cp cut dirname grep head id ls mkdir mktemp mv rm sed sort tail test tr uname',
]
  .join(' ')
  .split(' ');

let bench: ShipBench;
let made: Distribution;
let dir: string;
let home: string;

beforeAll(async () => {
  if (!isLinuxX64) return;
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  made = (await ship(bench.distributions)).distribution;
});
afterAll(() => bench?.close());

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-note-'));
  home = join(dir, 'a home');
  await mkdir(home);
  await mkdir(join(dir, 'tmp'));
  return () => rm(dir, { recursive: true, force: true });
});

describe.skipIf(!isLinuxX64)('the Linux commands of the ship note, pasted into a shell', () => {
  it.for<[string, string[]]>([
    ['sh', ['curl', 'sha256sum', 'unzip']],
    ['bash', ['curl', 'sha256sum', 'unzip']],
    ['sh', ['wget', 'shasum', 'perl', 'unzip']],
    ['sh', ['python3', 'sha256sum']],
  ])('of %s install the package in a clean home with %s', async ([shell, tools], context) => {
    const path = await folderOf([...basics, ...tools]);
    if (!path) return context.skip();
    const { status, output } = await paste(shell, path, note(made));
    expect(output).toContain('Signing in works');
    expect(status).toBe(0);
    const program = await readFile(join(home, 'claude-code-with-bedrock/credential-process'), 'utf8');
    expect(program).toBe(goodArtifact()['credential-process-linux-x64']);
    // The shell goes on where it was, and nothing of the package stays behind.
    expect(output).toContain(`still at ${dir}`);
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
  });

  it('install nothing that has another sha256, nor what cannot be loaded, and leave nothing', async () => {
    const wrong = await paste('sh', process.env.PATH ?? '', note({ ...made, checksum: 'ab'.repeat(32) }));
    expect(wrong.output).toContain('Wrong sha256: not installed.');
    const url = made.url.replace('Signature=', 'Signature=0');
    const refused = await paste('sh', process.env.PATH ?? '', note({ ...made, url }));
    for (const { status, output } of [wrong, refused]) {
      expect(status).not.toBe(0);
      expect(output).toContain(`still at ${dir}`);
    }
    expect(await readdir(home)).toEqual([]);
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
  });
});

function note(distribution: Distribution): string {
  const text = shipNote(distribution, { place: 'sandbox', timeZone: 'UTC' });
  return /^\($[\s\S]*?^\)$/m.exec(text)?.[0] ?? '';
}

/** A folder with these programs and no others; undefined where this machine lacks one. */
async function folderOf(names: readonly string[]): Promise<string | undefined> {
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

/** As an interactive shell reads it, line by line; then asks where the shell is. Answers the status of the commands. */
async function paste(shell: string, path: string, commands: string) {
  const child = spawn((await whereIs(shell)) ?? shell, ['-s'], {
    cwd: dir,
    env: { HOME: home, PATH: path, TMPDIR: join(dir, 'tmp') },
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
