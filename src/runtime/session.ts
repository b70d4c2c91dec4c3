import type { Clock } from '../domain/clock.ts';
import { AppError, isAbort, toAppError } from '../domain/errors.ts';
import type { Connect, ConnectOptions } from '../domain/ports/connect.ts';
import type { SandboxControl } from '../domain/ports/sandbox.ts';
import type { Services } from '../domain/ports/services.ts';
import type { Event } from '../state/events.ts';
import type { Target } from '../state/state-session.ts';
import { untilAborted } from './until-aborted.ts';

/** The open account's services; undefined while none is open. `endpoint`: where the sandbox was when it was opened. */
export type SessionHolder = { services: Services | undefined; endpoint?: string };

export type SessionDeps = {
  connect: Connect;
  sandbox: SandboxControl;
  clock: Clock;
  home: string;
  options: SessionOptions;
  holder: SessionHolder;
};

/** What the command line says about the account. */
export type SessionOptions = {
  region?: string;
  endpointUrl?: string;
  project?: string;
  /** Folder the sandbox builds; null for its sample project, absent to leave it as it is. */
  source?: string | null;
};

const firstPauseMs = 2_000;
const longestPauseMs = 30_000;

/** Mistakes that trying again will not mend; said at once where the program was started with them. */
export const hopeless = (error: AppError) => ['usage', 'not-found', 'invalid', 'bug'].includes(error.kind);

/**
 * Opens an account and keeps it open until the signal aborts, then closes it. A failure is told and tried again with
 * growing pauses, since it is often mended from outside (`aws sso login` in another terminal).
 * @throws AppError where trying again cannot help.
 */
export async function* openSession(
  target: Target,
  number: number,
  deps: SessionDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  let since: number | undefined;
  let pause = firstPauseMs;
  while (!signal.aborted) {
    const begun = deps.clock.now();
    try {
      const services = await connectTo(target, deps, signal);
      deps.holder.services = services;
      try {
        const { connection, deployment } = services;
        yield { type: 'session-opened', number, connection, deployment };
        await untilAborted(signal);
      } finally {
        if (deps.holder.services === services) deps.holder.services = undefined;
        services.close();
      }
      return;
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return;
      const error = toAppError(thrown);
      if (hopeless(error)) throw error;
      since ??= begun;
      const nextTryAt = deps.clock.now() + pause;
      yield { type: 'session-trouble', number, trouble: { error, since, nextTryAt } };
      await deps.clock.sleep(pause, signal);
      pause = Math.min(longestPauseMs, pause * 2);
    }
  }
}

async function connectTo(target: Target, deps: SessionDeps, signal: AbortSignal): Promise<Services> {
  const { region, endpointUrl, project, source } = deps.options;
  if (target.place === 'sandbox') {
    const info = await deps.sandbox.ensure(source === undefined ? {} : { source }, signal);
    deps.holder.endpoint = info.endpoint;
    return deps.connect(
      {
        place: 'sandbox',
        region: info.region,
        endpointUrl: info.endpoint,
        credentials: info.credentials,
        proof: info.proof,
        home: info.home,
        impatient: true,
        ...(project === undefined ? {} : { project }),
      },
      signal,
    );
  }
  const options: ConnectOptions = {
    place: 'aws',
    home: deps.home,
    impatient: true,
    ...(target.profileName === undefined ? {} : { profileName: target.profileName }),
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(project === undefined ? {} : { project }),
  };
  return deps.connect(options, signal);
}

/** The services of the open account. @throws AppError where none is open, which the key table prevents. */
export function openServices(holder: SessionHolder): Services {
  if (holder.services) return holder.services;
  throw new AppError({ kind: 'unavailable', message: 'Not connected yet.', retryable: true });
}
