import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Distribution, DistributionRecord } from '../../domain/distribution.ts';
import { AppError } from '../../domain/errors.ts';
import {
  emptyLedger,
  entryOf,
  type Ledger,
  type LedgerEntry,
  revokedSince,
  withDistribution,
} from '../../domain/ledger.ts';
import { linkParts } from '../../domain/link-parts.ts';
import { packageStamp } from '../../domain/package-layout.ts';
import { cleanText } from '../clean-text.ts';
import { withFileLock } from '../file-lock.ts';
import { createLock } from '../lock.ts';
import { replaceFile } from '../replace-file.ts';
import type { DistributionsDeps } from './deps.ts';
import { parseLedger } from './ledger-schema.ts';
import { packageBucket } from './package-bucket.ts';

type Deps = Pick<
  DistributionsDeps,
  'ledgerDir' | 'identity' | 'deployment' | 'clock' | 'processes' | 'newId'
>;

/** What the ledger's file says; `problem` where it cannot be used, and is left as it is. */
export type LedgerReading = { ledger: Ledger; problem?: AppError };

/** Two tasks of this very process take turns here, so that the file's lock stands between processes only. */
const turns = createLock();

/** The file of a bucket, whose name no other account has: who asks is not always known. */
function ledgerPath(deps: Pick<Deps, 'ledgerDir' | 'deployment'>): string {
  const { bucket } = packageBucket(deps.deployment);
  return join(deps.ledgerDir, `${bucket.replace(/[^A-Za-z0-9.-]/g, '_')}.json`);
}

/** Reads the ledger; a file that is missing is an empty one. Never throws but for a profile without a bucket. */
export async function readLedger(deps: Deps): Promise<LedgerReading> {
  const path = ledgerPath(deps);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { ledger: await olderLedger(deps.ledgerDir, path) };
    return { ledger: emptyLedger, problem: unreadable(path, cleanText(message), error) };
  }
  const parsed = parseLedger(content);
  if ('ledger' in parsed) return { ledger: parsed.ledger };
  return { ledger: emptyLedger, problem: broken(path, cleanText(parsed.problem)) };
}

/** What ledgers hold that were named by the account too, or by `unknown` in the place of one. */
async function olderLedger(dir: string, path: string): Promise<Ledger> {
  const files = await readdir(dir).catch(() => []);
  const older = files.filter((file) => file.replace(/^(?:\d{12}|unknown)-/, '') === basename(path));
  const entries: LedgerEntry[] = [];
  for (const file of older) {
    const parsed = parseLedger(await readFile(join(dir, file), 'utf8').catch(() => ''));
    if ('ledger' in parsed) entries.push(...parsed.ledger.entries);
  }
  return entries.length === 0 ? emptyLedger : { entries: entries.sort((a, b) => a.createdAt - b.createdAt) };
}

/** The record with what this machine remembers of it: addresses its link is restricted to, and that it was revoked. */
export async function withMemory(deps: Deps, record: DistributionRecord): Promise<DistributionRecord> {
  const { distributionBucket, buildBucket } = deps.deployment;
  if (distributionBucket === undefined && buildBucket === undefined) return record;
  const { ledger } = await readLedger(deps);
  const known = ledger.entries.flatMap(({ links }) => links).findLast(({ url }) => url === record.url);
  const revokedAt = revokedSince(entryOf(ledger, record.packageKey));
  // A link that was made after all were revoked is none of them.
  const isRevoked = revokedAt !== undefined && (linkParts(record.url)?.signedAt ?? 0) <= revokedAt;
  return {
    ...record,
    ...(known?.allowedIps ? { allowedIps: known.allowedIps } : {}),
    ...(isRevoked ? { revokedAt } : {}),
  };
}

/**
 * Changes the ledger as it is at that moment, in one step, whatever other processes write meanwhile. A broken file is
 * put aside under a name of its own first.
 * @returns what must be said about it.
 * @throws AppError where it cannot be written.
 */
export async function changeLedger(
  deps: Deps,
  change: (ledger: Ledger) => Ledger,
  signal: AbortSignal,
): Promise<string[]> {
  const path = ledgerPath(deps);
  try {
    await mkdir(deps.ledgerDir, { recursive: true, mode: 0o700 });
    return await turns(signal, () =>
      withFileLock(deps, `${path}.lock`, signal, async () => {
        const said: string[] = [];
        const { ledger, problem } = await readLedger(deps);
        // What cannot be read now may be whole: only what was read and makes no sense gives way.
        if (problem?.kind === 'failed') throw problem;
        if (problem) said.push(await putAside(path, problem, deps));
        const next = change(ledger);
        if (next !== ledger) await replaceFile(path, `${JSON.stringify(next, null, 2)}\n`, deps.newId());
        return said;
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError({
      kind: 'failed',
      message: `The ledger ${cleanText(path)} cannot be written: ${cleanText((error as Error).message)}.`,
      hint: 'Is the folder writable, and is there room on the disk? Without it this machine forgets old links.',
      cause: error,
    });
  }
}

/**
 * Remembers a distribution that was made, or a link that was renewed.
 * @returns what must be said about it; never throws but for an abort: the distribution is made all the same.
 */
export async function recordInLedger(
  deps: Deps,
  made: Omit<Distribution, 'verified'>,
  signal: AbortSignal,
): Promise<string[]> {
  const { region } = packageBucket(deps.deployment);
  const account = deps.identity?.account;
  const profile = deps.deployment.profile.name;
  const place = { region, profile, ...(account === undefined ? {} : { account }) };
  const now = deps.clock.now();
  try {
    return await changeLedger(deps, (ledger) => withDistribution(ledger, made, place, now), signal);
  } catch (error) {
    signal.throwIfAborted();
    return [`Not in the ledger: ${error instanceof AppError ? error.message : cleanText(String(error))}`];
  }
}

async function putAside(path: string, problem: AppError, deps: Deps): Promise<string> {
  const aside = `${path.replace(/\.json$/, '')}.broken-${packageStamp(deps.clock.now())}-${deps.newId()}.json`;
  await rename(path, aside);
  return `${problem.message} It was put aside as ${cleanText(aside)}; a new one begins.`;
}

function unreadable(path: string, why: string, cause: unknown): AppError {
  return new AppError({
    kind: 'failed',
    message: `The ledger ${cleanText(path)} cannot be read: ${why}.`,
    hint: 'Is the file readable? What it says of links is not known meanwhile.',
    cause,
  });
}

function broken(path: string, why: string): AppError {
  return new AppError({
    kind: 'invalid',
    message: `The ledger ${cleanText(path)} is broken: ${why}.`,
    hint: 'Mend it, or move it away: it is left as it is, and what it says of links is not known meanwhile.',
  });
}
