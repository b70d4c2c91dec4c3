import { randomBytes } from 'node:crypto';
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { AppError } from '../../domain/errors.ts';
import { writeFileAtomic } from '../write-file.ts';
import { ensurePrivateDir } from './private-dir.ts';

/** What a client needs to be let in. It outlives restarts and resets, and so do the links signed with it. */
export type SandboxSecret = {
  accessKeyId: string;
  secretAccessKey: string;
  /** Where the sandbox last listened; absent before its first start. */
  port?: number;
};

/** The form of a long-term key pair. */
export const keyPairFields = {
  accessKeyId: v.pipe(v.string(), v.regex(/^AKIA[A-Z2-7]{16}$/)),
  secretAccessKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{40}$/)),
};

const schema = v.object({
  ...keyPairFields,
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
});

/**
 * The secret of the sandbox in `dir`, made where there is none. Two that come first together get the same one.
 * @throws AppError where the file is broken or the folder somebody else's.
 */
export async function loadSecret(dir: string): Promise<SandboxSecret> {
  await ensurePrivateDir(dir);
  return (await readSecret(dir)) ?? (await makeSecret(dir));
}

/**
 * The secret in `dir`, or undefined where no sandbox ever was.
 * @throws AppError where the file is broken.
 */
export async function readSecret(dir: string): Promise<SandboxSecret | undefined> {
  const path = secretPath(dir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = v.safeParse(schema, parseJson(text));
  if (!parsed.success) {
    throw new AppError({
      kind: 'invalid',
      message: `The sandbox's secret in ${path} cannot be read.`,
      hint: 'Delete that file: a new secret is made, and the sandbox’s older links stop working.',
    });
  }
  const { port, ...keys } = parsed.output;
  return port === undefined ? keys : { ...keys, port };
}

/** Remembers where the sandbox listens. Only for the holder of the sandbox's lock. */
export async function keepPort(dir: string, secret: SandboxSecret, port: number): Promise<void> {
  await writeFileAtomic(secretPath(dir), `${JSON.stringify({ ...secret, port }, null, 2)}\n`);
}

/** A long-term key pair that nobody had before. */
export function newKeyPair(): { accessKeyId: string; secretAccessKey: string } {
  return {
    accessKeyId: `AKIA${base32(randomBytes(16))}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  };
}

async function makeSecret(dir: string): Promise<SandboxSecret> {
  const secret: SandboxSecret = newKeyPair();
  const temporary = join(dir, `secret.${randomBytes(6).toString('hex')}.tmp`);
  await writeFile(temporary, `${JSON.stringify(secret, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A hard link appears whole or not at all, and never over another: the first one wins.
    await link(temporary, secretPath(dir));
    return secret;
  } catch (error) {
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await readSecret(dir) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    await rm(temporary, { force: true });
  }
}

function secretPath(dir: string): string {
  return join(dir, 'secret.json');
}

function base32(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
