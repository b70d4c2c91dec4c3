import { findDiagnosis } from '../domain/diagnosis/find-diagnosis.ts';
import type { DistributionRecord } from '../domain/distribution.ts';
import { AppError, isAbort, toAppError } from '../domain/errors.ts';
import type { DistributionsService } from '../domain/ports/distributions.ts';
import type { Event } from '../state/events.ts';
import type { Feed } from '../state/feeds.ts';
import { coalesce } from './coalesce.ts';
import { openServices } from './session.ts';
import { retryMs, type SourceDeps } from './source-deps.ts';

/** How often the state hears of a log that grows, at most; the terminal paces its drawing by itself. */
const logEveryMs = 10;
/** Looking for errors gives way to keys and drawing after so many milliseconds. */
const sliceMs = 4;
const distributionsEveryMs = 60_000;

/** The list of builds, polled. */
export async function* builds(
  feed: Extract<Feed, { feed: 'builds' }>,
  deps: SourceDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  const query = { projects: feed.projects, limit: () => feed.limit };
  for await (const update of openServices(deps.holder).builds.follow(query, signal)) {
    yield { type: 'builds', update };
  }
}

/** The newest builds, read once: what is usual is told from them. */
export async function* history(
  feed: Extract<Feed, { feed: 'history' }>,
  deps: SourceDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  while (!signal.aborted) {
    try {
      const page = await openServices(deps.holder).builds.list(feed, signal);
      const at = deps.clock.now();
      const total = page.total === undefined ? {} : { total: page.total };
      const more = page.cursor !== undefined;
      yield {
        type: 'builds',
        update: { kind: 'snapshot', builds: page.builds, more, ...total, at, nextPollAt: at },
      };
      return;
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
    }
    await deps.clock.sleep(retryMs, signal);
  }
}

/** One build, until it has ended. */
export async function* build(id: string, deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  for await (const update of openServices(deps.holder).builds.watch(id, signal)) {
    yield { type: 'build', id, update };
  }
}

/** The lines go into the model, outside the state; the state hears their number now and then. */
export async function* log(id: string, deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  const model = deps.logs.begin(id);
  // Older lines there is no room for are not asked for.
  const enough = new AbortController();
  const until = AbortSignal.any([signal, enough.signal]);
  const updates = openServices(deps.holder).logs.follow({ buildId: id, fromEnd: true }, until);
  const snapshots = coalesce(
    updates,
    {
      fold: (update) => {
        model.take(update, deps.clock.now());
        if (model.progress().end) enough.abort();
      },
      snapshot: () => model.progress(),
      clock: deps.clock,
      everyMs: logEveryMs,
    },
    signal,
  );
  for await (const progress of snapshots) yield { type: 'log', id, progress };
}

/** What is wrong with a build that has ended: the one place that looks through its log for it. */
export async function* diagnosis(
  feed: Extract<Feed, { feed: 'diagnosis' }>,
  deps: SourceDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  const { build, hasLog } = feed;
  const log = hasLog ? deps.logs.get(build.id) : undefined;
  for (let isDone = !log; !isDone; ) {
    const begun = deps.clock.now();
    isDone = log?.errors.step(() => deps.clock.now() - begun < sliceMs) ?? true;
    if (!isDone) await deps.clock.sleep(0, signal);
  }
  yield { type: 'diagnosed', id: build.id, diagnosis: findDiagnosis(build, log) };
}

/** The packages and the record, read again by the minute. */
export async function* distributions(deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  let since: number | undefined;
  let told: readonly string[] = [];
  while (!signal.aborted) {
    const service = openServices(deps.holder).distributions;
    const said: string[] = [];
    const begun = deps.clock.now();
    let pause = distributionsEveryMs;
    try {
      const [list, [record, refused]] = await Promise.all([
        service.list(signal, (text) => said.push(text)),
        readRecord(service, signal),
      ]);
      yield { type: 'distributions', list, record, unsure: said.length > 0 };
      // Each once, and not what the banner says anyway.
      const isNew = (text: string) =>
        !told.includes(text) && (refused === undefined || !text.startsWith(refused.message));
      for (const text of said.filter(isNew)) yield { type: 'said', tone: 'warn', text };
      told = said;
      if (refused) throw refused;
      since = undefined;
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return;
      const error = toAppError(thrown);
      since ??= begun;
      // What no retry mends is asked again no sooner than the list is.
      pause = error.retryable || error.kind === 'credentials' ? retryMs : distributionsEveryMs;
      yield {
        type: 'distributions-trouble',
        trouble: { error, since, nextTryAt: deps.clock.now() + pause },
      };
    }
    await deps.clock.sleep(pause, signal);
  }
}

/** The record, or why it may not be read or cannot be understood: the packages are shown all the same. */
async function readRecord(
  service: DistributionsService,
  signal: AbortSignal,
): Promise<[record?: DistributionRecord | undefined, refused?: AppError]> {
  try {
    return [await service.latest(signal)];
  } catch (error) {
    if (error instanceof AppError && (error.kind === 'permission' || error.kind === 'invalid')) {
      return [undefined, error];
    }
    throw error;
  }
}
