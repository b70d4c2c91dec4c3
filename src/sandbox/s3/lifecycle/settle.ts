import type { Clock } from '../../../domain/clock.ts';
import type { Bucket } from '../storage/buckets.ts';
import type { Version } from '../storage/types.ts';
import { newVersionId } from '../storage/version-id.ts';
import { dayMs, expiryOf, type Lifecycle, noncurrentExpiryOf } from './rules.ts';

/** Does what lifecycle rules ask for. */
export type Settler = {
  /** Brings the buckets to what they are at this time: awaited before anything of them is answered. */
  settle(): Promise<void>;
  /** The rules have changed: what they ask for may be due already. */
  changed(): void;
};

/** Rules act at midnight UTC, so once a day is enough. */
export function createSettler(buckets: Iterable<Bucket>, clock: Clock): Settler {
  let settledDay = Number.NEGATIVE_INFINITY;
  let work = Promise.resolve();
  return {
    settle: () => {
      const now = clock.now();
      const today = Math.floor(now / dayMs);
      if (today <= settledDay) return work;
      settledDay = today;
      const all = async () => {
        for (const bucket of buckets) await settleBucket(bucket, now);
      };
      work = work.then(all, all).catch((error: unknown) => {
        settledDay = Number.NEGATIVE_INFINITY;
        throw error;
      });
      return work;
    },
    changed: () => {
      settledDay = Number.NEGATIVE_INFINITY;
    },
  };
}

async function settleBucket(bucket: Bucket, now: number): Promise<void> {
  for (const key of [...bucket.keys()]) {
    await bucket.change(key, (versions) => ({
      versions: settled(bucket.rules(), key, versions, now),
      result: undefined,
    }));
  }
}

/** What is left of a key's versions; the very list given where nothing is due. */
function settled(
  lifecycle: Lifecycle,
  key: string,
  versions: readonly Version[],
  now: number,
): readonly Version[] {
  const [newest] = versions;
  const end = newest && expiryOf(lifecycle, key, newest.modified);
  const isDue = end !== undefined && end.at <= now;
  const hidden =
    isDue && newest?.kind === 'object'
      ? [{ kind: 'delete-marker' as const, versionId: newVersionId(), modified: end.at }, ...versions]
      : versions;
  const left = hidden.filter((_version, at) => {
    const successor = hidden[at - 1];
    const gone = successor && noncurrentExpiryOf(lifecycle, key, successor.modified);
    return gone === undefined || gone.at > now;
  });
  // A delete marker that hides nothing any more goes as well, where a rule expires its key.
  const onlyMarker = left.length === 1 && left[0]?.kind === 'delete-marker' && end !== undefined;
  if (onlyMarker && hidden.length > 1) return [];
  return left.length === versions.length ? versions : left;
}
