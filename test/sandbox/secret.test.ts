import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepPort, loadSecret, readSecret } from '../../src/sandbox/daemon/secret.ts';

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ccwb-secret-'));
  dir = join(root, 'sandbox');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

it('is made at first, for its owner alone, and kept', async () => {
  const secret = await loadSecret(dir);
  expect(secret.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(secret.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  expect(await modeOf(dir)).toBe(0o700);
  expect(await modeOf(join(dir, 'secret.json'))).toBe(0o600);
  expect(await loadSecret(dir)).toEqual(secret);
  expect(await readdir(dir)).toEqual(['secret.json']);
});

it('is the same for all who come first together', async () => {
  const secrets = await Promise.all(Array.from({ length: 12 }, () => loadSecret(dir)));
  for (const secret of secrets) expect(secret).toEqual(secrets[0]);
  expect(await readdir(dir)).toEqual(['secret.json']);
});

it('differs from one sandbox to another', async () => {
  const other = join(root, 'other');
  expect((await loadSecret(other)).secretAccessKey).not.toBe((await loadSecret(dir)).secretAccessKey);
});

it('keeps the port beside the keys', async () => {
  const secret = await loadSecret(dir);
  await keepPort(dir, secret, 21_234);
  expect(await readSecret(dir)).toEqual({ ...secret, port: 21_234 });
  expect(await modeOf(join(dir, 'secret.json'))).toBe(0o600);
});

it('is closed to others where somebody opened it', async () => {
  await loadSecret(dir);
  await chmod(dir, 0o755);
  await chmod(join(dir, 'secret.json'), 0o644);
  await loadSecret(dir);
  expect(await modeOf(dir)).toBe(0o700);
  expect(await modeOf(join(dir, 'secret.json'))).toBe(0o600);
});

it('is refused where it is broken, and left as it is', async () => {
  await mkdir(dir, { mode: 0o700 });
  const path = join(dir, 'secret.json');
  for (const content of ['', '{', '{}', '{"accessKeyId":"AKIA","secretAccessKey":"short"}']) {
    await writeFile(path, content);
    await expect(loadSecret(dir)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(path),
    });
    expect(await readFile(path, 'utf8')).toBe(content);
  }
});

it('is not kept in a folder that is only a link to one', async () => {
  await mkdir(join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), dir);
  await expect(loadSecret(dir)).rejects.toMatchObject({ kind: 'permission' });
  expect((await lstat(dir)).isSymbolicLink()).toBe(true);
  expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
});

it('is nobody’s where no sandbox ever was', async () => {
  expect(await readSecret(dir)).toBeUndefined();
});
