import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { AppError } from '../../domain/errors.ts';
import type { SandboxStatus } from './control-service.ts';
import { daemonFile } from './places.ts';
import { type ClientDeps, probe, readStatus } from './sandbox-client.ts';
import type { SandboxSecret } from './secret.ts';

export type Found =
  | { kind: 'running'; status: SandboxStatus }
  /** Something took the connection and did not answer. */
  | { kind: 'silent' }
  | { kind: 'none' };

/** Looks for a sandbox where its files say it is, and has it prove itself. Throws AppError for an unknown version. */
export async function findSandbox(
  dir: string,
  secret: SandboxSecret,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<Found> {
  const port = (await readDaemonPort(dir)) ?? secret.port;
  if (port === undefined) return { kind: 'none' };
  const found = await probe(port, secret, deps, signal);
  if (found !== 'ours') return { kind: found === 'silent' ? 'silent' : 'none' };
  try {
    return { kind: 'running', status: await readStatus(port, secret, deps, signal) };
  } catch (error) {
    // It was ending just then.
    if (error instanceof AppError && error.retryable) return { kind: 'none' };
    throw error;
  }
}

const schema = v.object({ port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) });

async function readDaemonPort(dir: string): Promise<number | undefined> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(daemonFile(dir), 'utf8')));
    return parsed.success ? parsed.output.port : undefined;
  } catch {
    // A hint only: without it the kept port is tried.
    return undefined;
  }
}
