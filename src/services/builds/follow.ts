import type { Build } from '../../domain/build.ts';
import type { Clock } from '../../domain/clock.ts';
import { AppError, isAbort, toAppError } from '../../domain/errors.ts';
import { hasEnded } from '../../domain/phases.ts';
import type { BuildsUpdate, FollowQuery } from '../../domain/ports/builds.ts';
import { once } from '../aws-call.ts';
import { poll } from '../poll.ts';
import { createWake } from '../wake.ts';
import type { Catalogue } from './catalogue.ts';
import { batchSize } from './codebuild-api.ts';
import { newestFirst } from './newest-first.ts';
import { pace } from './pace.ts';

type Snapshot = {
  builds: Build[];
  more: boolean;
  total: number | undefined;
  running: number;
  nextListAt: number;
  /** False for a look at what others found out. */
  asked: boolean;
  /** A project that could not be read while others could. */
  failed: AppError | undefined;
};

/** `BuildsService.follow`; see there. A project that cannot be read does not hide the others. */
export async function* followBuilds(
  deps: { catalogue: Catalogue; clock: Clock; random: () => number },
  query: FollowQuery,
  signal: AbortSignal,
): AsyncGenerator<BuildsUpdate> {
  const { catalogue, clock } = deps;
  const projects = [...new Set(query.projects)];
  const wake = createWake();
  let asking = false;
  let nextListAt = Number.NEGATIVE_INFINITY;
  let shown: unknown[] = [];
  let listFailure: AppError | undefined;
  let partialSince: number | undefined;
  /** Why a project's builds may not be listed. */
  const refused = new Map<string, AppError>();

  const ask = async (abortSignal: AbortSignal): Promise<Snapshot> => {
    asking = true;
    const before = catalogue.calls();
    try {
      const now = clock.now();
      const limit = Math.max(1, query.limit());
      const listsDue = now >= nextListAt;
      const listNotBefore = listsDue ? now : catalogue.refreshedAt();
      const failures = await allOf(projects, async (project) => {
        const refusal = refused.get(project);
        // Asked again with the next list, not with every look at the builds that are known all the same.
        if (refusal && !listsDue) throw refusal;
        refused.delete(project);
        const list = catalogue.list(project);
        try {
          await list.refresh(listNotBefore, abortSignal, once);
          await list.deepen(limit, abortSignal, once);
        } catch (error) {
          if (error instanceof AppError && error.kind === 'permission') refused.set(project, error);
          throw error;
        }
      });
      const ids = projects.flatMap((project) => catalogue.list(project).ids().slice(0, limit));
      // Whoever may not list builds may still read those started here.
      const canGoOn =
        failures.length < projects.length || (ids.length > 0 && refused.size === projects.length);
      if (failures.length > 0 && !canGoOn) throw failures[0];
      // Kept even if reading the builds fails below: a try after that need not list again.
      if (listsDue) nextListAt = now + pace.list;
      if (listsDue || failures.length > 0) listFailure = failures[0];
      await catalogue.freshen(
        ids,
        Math.max(now - pace.runningAge, catalogue.refreshedAt()),
        abortSignal,
        once,
      );
      const merged = newestFirst(ids.flatMap((id) => catalogue.known(id)?.build ?? []));
      const calls = catalogue.calls() - before;
      const running = merged.filter((build) => !hasEnded(build)).length;
      const budgeted = calls / Math.max(1, projects.length);
      // An idle project has two calls a minute: whoever used more than its list waits longer.
      if (listsDue && running === 0 && budgeted > 1) {
        nextListAt = Math.max(now + 2 * pace.list, now + pace.list * budgeted);
      }
      return {
        ...cut(merged, limit),
        running,
        nextListAt,
        asked: calls > 0,
        failed: listFailure,
      };
    } finally {
      asking = false;
    }
  };

  const cut = (builds: Build[], limit: number) => {
    const lists = projects.map((project) => catalogue.list(project));
    const known = lists.reduce((sum, list) => sum + list.ids().length, 0);
    const complete = lists.every((list) => list.complete());
    return {
      builds: builds.slice(0, limit),
      more: !complete || known > limit,
      total: complete ? known : undefined,
    };
  };

  const stopListening = catalogue.onChange(() => {
    if (!asking) wake.wake();
  });
  try {
    const answers = poll<Snapshot>(
      {
        clock,
        random: deps.random,
        wake,
        ask,
        pace: ({ running, nextListAt: due }) =>
          running > 0 ? pace.running * Math.ceil(running / batchSize) : Math.max(1_000, due - clock.now()),
      },
      signal,
    );
    for await (const update of answers) {
      if (update.kind === 'trouble') {
        yield update;
        shown = [];
        continue;
      }
      const { builds, more, total, asked, failed } = update.answer;
      const { at, nextPollAt } = update;
      const picture = [more, total, ...builds];
      if (asked || picture.length !== shown.length || picture.some((item, index) => item !== shown[index])) {
        shown = picture;
        yield { kind: 'snapshot', builds, more, ...(total === undefined ? {} : { total }), at, nextPollAt };
      }
      partialSince = failed ? (partialSince ?? at) : undefined;
      if (failed && partialSince !== undefined) {
        yield { kind: 'trouble', error: failed, since: partialSince, nextTryAt: nextPollAt };
      }
    }
  } finally {
    stopListening();
  }
}

/** Runs all and gives the errors of those that failed; throws only when aborted. */
async function allOf<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<AppError[]> {
  const results = await Promise.allSettled(items.map(task));
  return results.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    if (isAbort(result.reason)) throw result.reason;
    return [toAppError(result.reason)];
  });
}
