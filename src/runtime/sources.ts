import type { Clock } from '../domain/clock.ts';
import type { AppError } from '../domain/errors.ts';
import type { Event } from '../state/events.ts';
import type { Feed } from '../state/feeds.ts';
import { identity, opening, profileChoices, projects, revival } from './account-sources.ts';
import { build, builds, diagnosis, distributions, history, log } from './build-sources.ts';
import { leftovers } from './leftover-source.ts';
import { look } from './look-source.ts';
import { openSession } from './session.ts';
import type { SourceDeps } from './source-deps.ts';

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
      return identity(feed.atOnce, deps, signal);
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
    case 'look':
      return look(feed, deps, signal);
    case 'diagnosis':
      return diagnosis(feed, deps, signal);
    case 'distributions':
      return distributions(deps, signal);
    case 'leftovers':
      return leftovers(deps, signal);
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
