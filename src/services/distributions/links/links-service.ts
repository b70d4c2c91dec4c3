import type { DistributionEvent, PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import type { LinksService, RenewOptions } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import { packageBucket } from '../package-bucket.ts';
import { mustNotBeOfAPage } from './not-of-a-page.ts';

type List = (signal: AbortSignal) => Promise<PackageEntry[]>;

/** Operations on packages and links; the SDK and all that needs it are loaded at the first of them. */
export function createLinks(
  deps: DistributionsDeps,
  list: List,
  run: (
    work: (emit: (event: DistributionEvent) => void, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ) => AsyncIterable<DistributionEvent>,
): LinksService {
  const place = () => packageBucket(deps.deployment);
  const found = async (key: string, signal: AbortSignal) => {
    const all = await list(signal);
    return { all, entry: entryAt(all, key) };
  };
  const renew = (key: string, options: RenewOptions, signal: AbortSignal) =>
    run(async (emit, cancel) => {
      const { all, entry } = await found(key, cancel);
      const { renew: renewLink } = await import('./renew.ts');
      await renewLink(deps, place(), entry, all, options, emit, cancel);
    }, signal);
  return {
    renew,
    async verify(target, say, signal) {
      const { check } = await import('./check.ts');
      return check(deps, place(), target, await list(signal), say, signal);
    },
    async download(key, options, say, signal) {
      const { entry } = await found(key, signal);
      const { download } = await import('./download.ts');
      return download(deps, place(), mustBeThere(entry), options, say, signal);
    },
    async delete(key, say, signal) {
      const { all, entry } = await found(key, signal);
      const there = mustNotBeOfAPage(mustBeThere(entry), 'deleted');
      const { remove } = await import('./revoke.ts');
      return remove(deps, place(), there, all, say, signal);
    },
    async revoke(key, options, say, signal) {
      const { all, entry } = await found(key, signal);
      const ours = mustNotBeOfAPage(entry, 'revoked');
      const { revoke } = await import('./revoke.ts');
      return revoke(deps, place(), ours, all, options, say, signal);
    },
  };
}

function entryAt(list: readonly PackageEntry[], key: string): PackageEntry {
  const entry = list.find((it) => it.key === key);
  if (entry) return entry;
  throw new AppError({
    kind: 'not-found',
    message: `There is no package ${key}.`,
    hint: 'See which there are with: ccwb-tui links list',
  });
}

function mustBeThere(entry: PackageEntry): PackageEntry {
  if (!entry.isGone) return entry;
  throw new AppError({
    kind: 'not-found',
    message: `${entry.filename} is not in the bucket any more.`,
    hint: 'It is only remembered here.',
  });
}
