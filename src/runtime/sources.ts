import type { Clock } from '../domain/clock.ts';
import { type AppError, isAbort, toAppError } from '../domain/errors.ts';
import type { ProfilesService } from '../domain/ports.ts';
import type { Event } from '../state/events.ts';
import type { Feed } from '../state/feeds.ts';
import { coalesce } from './coalesce.ts';
import type { LogModels } from './log-models.ts';
import { hopeless, openServices, openSession, type SessionDeps } from './session.ts';

export type SourceDeps = SessionDeps & {
  clock: Clock;
  profiles: ProfilesService | undefined;
  logs: LogModels;
};

/** At most ten drawings of a log a second: more than the eye follows, less than a slow line chokes on. */
const logEveryMs = 100;
const identityEveryMs = 5 * 60_000;
const distributionsEveryMs = 60_000;
const retryMs = 10_000;

/** The stream behind a feed, as events. */
export function openFeed(feed: Feed, deps: SourceDeps, signal: AbortSignal): AsyncIterable<Event> {
  switch (feed.feed) {
    case 'clock':
      return ticks(feed.everyMs, deps.clock, signal);
    case 'session':
      return openSession(feed.target, feed.number, deps, signal);
    case 'profiles':
      return profileChoices(deps);
    case 'identity':
      return identity(deps, signal);
    case 'revival':
      return revival(deps, signal);
    case 'opening':
      return opening(feed, deps, signal);
    case 'projects':
      return projects(feed.names, deps, signal);
    case 'builds':
      return builds(feed, deps, signal);
    case 'history':
      return history(feed, deps, signal);
    case 'build':
      return build(feed.id, deps, signal);
    case 'log':
      return log(feed.id, deps, signal);
    case 'distributions':
      return distributions(deps, signal);
  }
}

/** What a feed that broke is told as. Most streams report their failures themselves and never throw. */
export function failedFeed(feed: Feed, error: AppError, now: number): Event | undefined {
  const trouble = { error, since: now, nextTryAt: now };
  switch (feed.feed) {
    case 'builds':
      return { type: 'builds', update: { kind: 'trouble', ...trouble } };
    case 'build':
      return { type: 'build', id: feed.id, update: { kind: 'trouble', ...trouble } };
    case 'session':
      return { type: 'session-failed', number: feed.number, error };
    default:
      return { type: 'said', tone: 'bad', text: error.message, ...(error.hint ? { hint: error.hint } : {}) };
  }
}

async function* ticks(everyMs: number, clock: Clock, signal: AbortSignal): AsyncGenerator<Event> {
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal);
    yield { type: 'tick' };
  }
}

async function* profileChoices(deps: SourceDeps): AsyncGenerator<Event> {
  if (!deps.profiles) {
    yield { type: 'profiles', choices: { profiles: [], awsProfiles: [] } };
    return;
  }
  try {
    yield { type: 'profiles', choices: await deps.profiles.list() };
  } catch (error) {
    yield { type: 'profiles', choices: { profiles: [], awsProfiles: [], error: toAppError(error) } };
  }
}

async function* identity(deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  while (!signal.aborted) {
    try {
      yield { type: 'identity', connection: await openServices(deps.holder).identity(signal) };
    } catch (error) {
      // Nothing on screen hangs on it but the time left: the builds' own poll says what is wrong.
      if (signal.aborted || isAbort(error)) return;
    }
    await deps.clock.sleep(identityEveryMs, signal);
  }
}

/** A sandbox that has ended is started again; the streams in trouble find out by themselves when it answers. */
async function* revival(deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  while (!signal.aborted) {
    try {
      if ((await deps.sandbox.status(signal)) === undefined) {
        await deps.sandbox.ensure({}, signal);
        yield { type: 'said', tone: 'warn', text: 'The sandbox had ended; it was started again.' };
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
    }
    await deps.clock.sleep(retryMs, signal);
  }
}

async function* opening(
  feed: Extract<Feed, { feed: 'opening' }>,
  deps: SourceDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  while (!signal.aborted) {
    try {
      const { builds: service } = openServices(deps.holder);
      yield { type: 'opened', build: await service.resolve(feed.reference, feed.projects, signal) };
      return;
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return;
      const error = toAppError(thrown);
      if (hopeless(error)) {
        yield { type: 'opening-failed', error };
        return;
      }
    }
    await deps.clock.sleep(retryMs, signal);
  }
}

async function* projects(
  names: readonly string[],
  deps: SourceDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  while (!signal.aborted) {
    try {
      yield { type: 'projects', projects: await openServices(deps.holder).builds.projects(names, signal) };
      return;
    } catch (error) {
      // Without it only prices of builds to come are missing.
      if (signal.aborted || isAbort(error)) return;
    }
    await deps.clock.sleep(retryMs, signal);
  }
}

async function* builds(
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
async function* history(
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

async function* build(id: string, deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  for await (const update of openServices(deps.holder).builds.watch(id, signal)) {
    yield { type: 'build', id, update };
  }
}

/** The lines go into the model, outside the state; the state hears their number ten times a second at most. */
async function* log(id: string, deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  const model = deps.logs.begin(id);
  const updates = openServices(deps.holder).logs.follow({ buildId: id }, signal);
  const snapshots = coalesce(
    updates,
    {
      fold: (update) => model.take(update, deps.clock.now()),
      snapshot: () => model.progress(),
      clock: deps.clock,
      everyMs: logEveryMs,
    },
    signal,
  );
  for await (const progress of snapshots) yield { type: 'log', id, progress };
}

async function* distributions(deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  let since: number | undefined;
  while (!signal.aborted) {
    const service = openServices(deps.holder).distributions;
    let pause = distributionsEveryMs;
    try {
      const [list, record] = await Promise.all([service.list(signal), service.latest(signal)]);
      since = undefined;
      yield { type: 'distributions', list, record };
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return;
      const error: AppError = toAppError(thrown);
      since ??= deps.clock.now();
      pause = retryMs;
      yield {
        type: 'distributions-trouble',
        trouble: { error, since, nextTryAt: deps.clock.now() + pause },
      };
    }
    await deps.clock.sleep(pause, signal);
  }
}
