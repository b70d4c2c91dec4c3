import { isAbort, toAppError } from '../domain/errors.ts';
import type { Event } from '../state/events.ts';
import type { Feed } from '../state/feeds.ts';
import { saidError } from './said-error.ts';
import { hopeless, openServices } from './session.ts';
import { retryMs, type SourceDeps } from './source-deps.ts';

const seldomMs = 5 * 60_000;

/** The profiles one can choose from, read once. */
export async function* profileChoices(deps: SourceDeps): AsyncGenerator<Event> {
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

/** Who we are and until when, read again now and then: credentials are renewed behind our back. */
export async function* identity(
  atOnce: boolean,
  deps: SourceDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  if (!atOnce) await deps.clock.sleep(seldomMs, signal);
  while (!signal.aborted) {
    try {
      yield { type: 'identity', connection: await openServices(deps.holder).identity(signal) };
    } catch (error) {
      // Nothing on screen hangs on it but the time left: the builds' own poll says what is wrong.
      if (signal.aborted || isAbort(error)) return;
    }
    await deps.clock.sleep(seldomMs, signal);
  }
}

/**
 * A sandbox that has ended is started again; the streams in trouble find out by themselves when it answers. Where another
 * program has taken its port it is elsewhere now, and the account is opened anew.
 */
export async function* revival(deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  let said: string | undefined;
  while (!signal.aborted) {
    try {
      const found = await deps.sandbox.status(signal);
      const info = found ?? (await deps.sandbox.ensure({}, signal));
      if (found === undefined) {
        yield { type: 'said', tone: 'warn', text: 'The sandbox had ended; it was started again.' };
      }
      if (deps.holder.endpoint !== undefined && info.endpoint !== deps.holder.endpoint) {
        yield { type: 'target-chosen', target: { place: 'sandbox' } };
        return;
      }
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return;
      // It knows more than the calls that fail: that the process is suspended, why it does not start.
      const { message } = toAppError(thrown);
      if (message !== said) yield saidError(thrown, 'bad');
      said = message;
    }
    await deps.clock.sleep(retryMs, signal);
  }
}

/** Finds the build named on the command line; what is not there is said once, what fails is tried again. */
export async function* opening(
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

/** The build projects with their machines and sources, read once; where that is refused, tried ever more seldom. */
export async function* projects(
  names: readonly string[],
  deps: SourceDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  for (let pause = retryMs; !signal.aborted; pause = Math.min(2 * pause, seldomMs)) {
    try {
      yield { type: 'projects', projects: await openServices(deps.holder).builds.projects(names, signal) };
      return;
    } catch (error) {
      // Without it only prices of builds to come are missing.
      if (signal.aborted || isAbort(error)) return;
    }
    await deps.clock.sleep(pause, signal);
  }
}
