import type { DistributionEvent, DistributionStep, PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import type { LinksService, RenewOptions, Say } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import { packageBucket } from '../package-bucket.ts';

/** Lists the packages by dependencies with the patience of whoever asks. */
export type ListBy = (
  deps: DistributionsDeps,
  signal: AbortSignal,
  say?: (text: string) => void,
) => Promise<PackageEntry[]>;

/** Operations on packages and links; the SDK and all that needs it are loaded at the first of them. */
export function createLinks(
  deps: DistributionsDeps,
  list: ListBy,
  run: (
    work: (emit: (event: DistributionEvent) => void, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ) => AsyncIterable<DistributionEvent>,
): LinksService {
  const place = () => packageBucket(deps.deployment);
  const found = async (key: string, tell: (text: string) => void, signal: AbortSignal, by = deps) => {
    const all = await list(by, signal, tell);
    return { all, entry: entryAt(all, key) };
  };
  const renew = (key: string, options: RenewOptions, signal: AbortSignal) =>
    run(async (emit, cancel) => {
      const { patient } = await import('../patience.ts');
      const noted = (text: string) => emit({ kind: 'note', step: 'LINK', text });
      const { all, entry } = await found(key, noted, cancel, patient(deps, emit));
      const { renew: renewLink } = await import('./renew.ts');
      const { tellingCancel } = await import('./watch-changes.ts');
      let step: DistributionStep = 'LINK';
      const noting = (event: DistributionEvent) => {
        if (event.kind === 'step') step = event.step;
        emit(event);
      };
      const tell = (changes: string[]) =>
        emit({ kind: 'cancelled', step, text: renewalCancelled(entry, step, changes) });
      await tellingCancel(deps, cancel, tell, (watched) =>
        renewLink(patient(watched, emit), place(), entry, all, options, noting, cancel),
      );
    }, signal);
  const removing = async <T>(
    say: Say,
    signal: AbortSignal,
    work: (watched: DistributionsDeps) => Promise<T>,
  ): Promise<T> => {
    const { tellingCancel } = await import('./watch-changes.ts');
    const tell = (changes: string[]) => say({ kind: 'note', text: removalCancelled(changes) });
    return tellingCancel(deps, signal, tell, work);
  };
  return {
    renew,
    async verify(target, say, signal) {
      const { check } = await import('./check.ts');
      return check(deps, place(), target, await list(deps, signal, asNotes(say)), say, signal);
    },
    async download(key, options, say, signal) {
      const { entry } = await found(key, asNotes(say), signal);
      const { download } = await import('./download.ts');
      return download(deps, place(), mustBeThere(entry), options, say, signal);
    },
    async delete(key, say, signal) {
      return removing(say, signal, async (watched) => {
        const { all, entry } = await found(key, asNotes(say), signal);
        const { remove } = await import('./revoke.ts');
        return remove(watched, place(), mustBeThere(entry), all, say, signal);
      });
    },
    async revoke(key, options, say, signal) {
      return removing(say, signal, async (watched) => {
        const { all, entry } = await found(key, asNotes(say), signal);
        const { revoke } = await import('./revoke.ts');
        return revoke(watched, place(), entry, all, options, say, signal);
      });
    },
  };
}

const asNotes = (say: Say) => (text: string) => say({ kind: 'note', text });

function renewalCancelled({ state }: PackageEntry, step: DistributionStep, changes: string[]): string {
  const begin = `Cancelled in ${step}: the new link was not handed out`;
  if (changes.length > 0) return `${begin}, but ${changes.join(', ')}. See ccwb-tui links list.`;
  const isAlive = state === 'valid' || state === 'expiring';
  return `${begin}, nothing was changed${isAlive ? '; the former link stays in force' : ''}.`;
}

function removalCancelled(changes: string[]): string {
  return changes.length === 0
    ? 'Cancelled: nothing was changed, its links work as before.'
    : `Cancelled when ${changes.join(', ')}. Whether every link is dead is not known: do it again to have that done and proven.`;
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
