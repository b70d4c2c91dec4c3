import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { linkParts } from '../../../domain/link-parts.ts';
import type { Removal } from '../../../domain/links.ts';
import type { Say } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { lookAt } from './look-at.ts';
import { momentText } from './moment-text.ts';
import { probeLink } from './probe.ts';
import { readThrough } from './read-through.ts';

/** Pauses between two rounds, ms; S3 shows a new policy with a delay. After the last one it is given up. */
const pauses = [250, 500, 1_000, 2_000, ...Array.from({ length: 14 }, () => 4_000)];

/** What must be refused: a link, and until when it would work by itself. */
type Suspect = { url: string; until: number; isProbe: boolean };

/**
 * Asks every link to a package, and one signed just now (an ended link is refused whatever was revoked), until none is
 * served any more.
 * @returns what the known links answer.
 * @throws AppError `failed` where one still works after a minute; it says until when.
 */
export async function proveDead(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  how: Removal['how'],
  say: Say,
  signal: AbortSignal,
): Promise<Removal['answers']> {
  let suspects = await suspectsOf(deps, place, entry, signal);
  const answers: { until: number; status: number }[] = [];
  for (const pause of [...pauses, undefined]) {
    const alive: Suspect[] = [];
    for (const suspect of suspects) {
      const { status } = await readThrough(deps, suspect.url, { onlyStatus: true }, () => {}, signal);
      if (status !== 403 && status !== 404 && status !== 400) alive.push(suspect);
      else if (!suspect.isProbe) answers.push({ until: suspect.until, status });
    }
    if (alive.length === 0 && (how === 'denied' || (await isGone(deps, place, entry, signal)))) {
      return answers;
    }
    if (pause === undefined) throw stillAlive(deps, entry, alive);
    say({ kind: 'note', text: 'A link still works; S3 takes a moment to see the change. Asking again.' });
    suspects = alive;
    await deps.clock.sleep(pause, signal);
  }
  return answers;
}

/**
 * What cannot be asked for now is told of as what it is: done, and not proven.
 * @param done what was done to the package, behind its name
 */
export async function proven<T>(entry: PackageEntry, done: string, prove: () => Promise<T>): Promise<T> {
  try {
    return await prove();
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'failed') throw error;
    throw new AppError({
      kind: error.kind,
      message: `${entry.filename} ${done}, but that its links are dead is not proven: ${error.message}`,
      hint: 'Revoke it again to have that proven.',
      retryable: true,
      cause: error,
    });
  }
}

async function suspectsOf(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  signal: AbortSignal,
): Promise<Suspect[]> {
  const links = entry.links ?? [];
  const versions = new Set([entry.versionId, ...links.map(({ url }) => linkParts(url)?.versionId)]);
  const ahead = await lookAt(deps, place, entry.key, undefined, signal);
  const clockAheadMs = typeof ahead === 'object' ? ahead.clockAheadMs : 0;
  const suspects: Suspect[] = links.map(({ url, expiresAt }) => ({
    url,
    until: expiresAt,
    isProbe: false,
  }));
  for (const versionId of versions) {
    const target = { key: entry.key, ...(versionId === undefined ? {} : { versionId }) };
    const url = await probeLink(deps, place, target, clockAheadMs, signal);
    suspects.push({ url, until: Math.max(0, ...links.map(({ expiresAt }) => expiresAt)), isProbe: true });
  }
  return suspects;
}

/** A signed request tells "gone" from "refused to this machine's address". */
async function isGone(
  deps: DistributionsDeps,
  place: PackageBucket,
  { key, versionId }: PackageEntry,
  signal: AbortSignal,
): Promise<boolean> {
  return typeof (await lookAt(deps, place, key, versionId, signal)) === 'string';
}

function stillAlive(deps: DistributionsDeps, entry: PackageEntry, alive: readonly Suspect[]): AppError {
  const until = Math.max(0, ...alive.map((it) => it.until));
  const end = until > 0 ? ` until ${momentText(deps, until)}` : '';
  return new AppError({
    kind: 'failed',
    message: `A link to ${entry.filename} still works a minute after it was revoked, and may${end}.`,
    hint: 'Revoke it again in a few minutes; S3 may be slow to see the change.',
    retryable: true,
  });
}
