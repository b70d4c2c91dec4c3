import type { Build } from '../../domain/build.ts';
import type { Clock } from '../../domain/clock.ts';
import { hasEnded } from '../../domain/phases.ts';
import type { CallOptions } from '../aws-call.ts';
import { createLock } from '../lock.ts';
import { batchSize, type CodeBuildApi } from './codebuild-api.ts';
import { createProjectList, type ProjectList } from './project-list.ts';

/**
 * What is known of an account's builds, shared by everything that asks: builds by id with their age, and each project's
 * list of ids. Asks CodeBuild only for what is unknown or may have changed, a hundred builds a call, one call at a time.
 */
export type Catalogue = {
  /** A build that was once seen, with the time (epoch ms) of asking. */
  known(id: string): { build: Build; at: number } | undefined;
  /**
   * Sees to it that the builds of `ids` were asked for at or after `notBefore`; ended ones are never asked for again.
   * Ids CodeBuild does not know (any more) are then unknown here too.
   */
  freshen(
    ids: readonly string[],
    notBefore: number,
    signal: AbortSignal,
    options?: CallOptions,
  ): Promise<void>;
  /** Takes in what another call answered: a build just started, stopped or retried. */
  put(build: Build): void;
  list(project: string): ProjectList;
  /** Marks a running build as watched: whoever asks for others asks for it too. Returns the way to stop. */
  watch(id: string): () => void;
  /** Calls back after a change of any build or list; returns the way to stop. */
  onChange(listener: () => void): () => void;
  /** Epoch ms of the last `refresh`: what was asked for before it is too old. */
  refreshedAt(): number;
  refresh(): void;
  /** Calls made so far; pollers keep their budget by it. */
  calls(): number;
};

export function createCatalogue({ api, clock }: { api: CodeBuildApi; clock: Clock }): Catalogue {
  const entries = new Map<string, { build: Build; at: number }>();
  const lists = new Map<string, ProjectList>();
  const watched = new Map<string, number>();
  const listeners = new Set<() => void>();
  const lock = createLock();
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let calls = 0;

  const changed = () => {
    for (const listener of [...listeners]) listener();
  };

  const isFresh = (id: string, notBefore: number) => {
    const entry = entries.get(id);
    return entry !== undefined && (hasEnded(entry.build) || entry.at >= notBefore);
  };

  /** True if it says something new. An answer asked for earlier never overwrites a later one, nor an end. */
  const store = (build: Build, at: number): boolean => {
    const entry = entries.get(build.id);
    if (entry && (entry.at > at || (hasEnded(entry.build) && !hasEnded(build)))) return false;
    const same = entry !== undefined && JSON.stringify(entry.build) === JSON.stringify(build);
    // The same object for the same build: whoever shows many can tell by it what changed.
    entries.set(build.id, { build: same ? entry.build : build, at });
    return !same;
  };

  const ask = async (ids: readonly string[], signal: AbortSignal, options?: CallOptions) => {
    const at = clock.now();
    calls += 1;
    const builds = await api.getBuilds(ids, signal, options);
    const found = new Set(builds.map((build) => build.id));
    let news = false;
    for (const build of builds) news = store(build, at) || news;
    for (const id of ids) if (!found.has(id)) news = entries.delete(id) || news;
    if (news) changed();
  };

  return {
    known: (id) => entries.get(id),
    async freshen(ids, notBefore, signal, options) {
      // Each id is asked for once here, whatever comes back and however the clock jumps.
      const asked = new Set<string>();
      const stale = () => ids.filter((id) => !asked.has(id) && !isFresh(id, notBefore));
      while (stale().length > 0) {
        await lock(signal, async () => {
          // Somebody else may have asked while this one waited for its turn.
          const wanted = stale().slice(0, batchSize);
          if (wanted.length === 0) return;
          const along = [...watched.keys()].filter((id) => !wanted.includes(id) && !isFresh(id, notBefore));
          await ask([...wanted, ...along].slice(0, batchSize), signal, options);
          for (const id of wanted) asked.add(id);
        });
      }
    },
    put(build) {
      const news = store(build, clock.now());
      const listed = lists.get(build.project)?.add(build.id);
      if (news || listed) changed();
    },
    list(project) {
      const list =
        lists.get(project) ??
        createProjectList({
          clock,
          ask: (token, signal, options) => {
            calls += 1;
            return api.listIds(project, token, signal, options);
          },
          changed,
        });
      lists.set(project, list);
      return list;
    },
    watch(id) {
      watched.set(id, (watched.get(id) ?? 0) + 1);
      return () => {
        const left = (watched.get(id) ?? 1) - 1;
        if (left > 0) watched.set(id, left);
        else watched.delete(id);
      };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refreshedAt: () => refreshedAt,
    refresh() {
      refreshedAt = clock.now();
      changed();
    },
    calls: () => calls,
  };
}
