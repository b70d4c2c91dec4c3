import type { Build, LogLocation } from '../../domain/build.ts';
import type { Clock } from '../../domain/clock.ts';
import { AppError } from '../../domain/errors.ts';
import type { LogLine, LogUpdate } from '../../domain/log.ts';
import { hasEnded, isQueued } from '../../domain/phases.ts';
import type { BuildsService, LogQuery } from '../../domain/ports.ts';
import { splitLogMessage } from '../../domain/sanitise.ts';
import { poll } from '../poll.ts';
import { createWake } from '../wake.ts';
import type { LogEvent, ReadLogPage } from './log-events.ts';
import { createLogReader, type LogReader } from './log-reader.ts';

export type FollowLogDeps = {
  builds: Pick<BuildsService, 'get'>;
  clock: Clock;
  random: () => number;
  /** Reads pages of the stream at `location`. */
  reader(location: LogLocation & { kind: 'cloudwatch' }): ReadLogPage;
};

type Waiting = (LogUpdate & { kind: 'waiting' })['reason'];
type End = LogUpdate & { kind: 'end' };
type Turn = {
  lines: LogLine[];
  gap?: { after: number; before: number };
  waiting?: Waiting;
  end?: End;
  /** Milliseconds until the next turn. */
  pause: number;
};

/** Milliseconds. AWS shares its quota for reading logs over the account: about one call a second a log is polite. */
const pauses = {
  /** While there is more to read than the last page held. */
  catchUp: 100,
  lively: 1_000,
  quietest: 5_000,
  /** For a stream that is not there yet. */
  waiting: 2_000,
  draining: 2_500,
  closing: 700,
};
/**
 * How old the news about the build may be, while the stream is awaited and while it is quiet. A watcher of the same
 * build keeps them younger, and then asking costs nothing.
 */
const waitingAgeMs = 4_000;
const quietAgeMs = 5_000;
const closingAgeMs = 1_500;
/** After a build's end its last lines may still be on their way for this long. */
const lateMs = 10_000;
/** Ended this long ago, nothing is on its way any more. */
const settledMs = 120_000;
/** Ends of the stream seen in a row before it is believed. */
const endsNeeded = 3;
/** CodeBuild's last words on every build, two lines: once they were read nothing before them can be on its way. */
const lastWords = [
  /^\[Container\] .* Phase complete: UPLOAD_ARTIFACTS State: /,
  /^\[Container\] .* Phase context status code: /,
] as const;
/** A page of this many events was probably cut off. */
const bigPage = 1_000;
/** Empty pages with a new token are normal; this many in a row are asked for quickly. */
const quickEmpties = 20;

/** `LogsService.follow`; see there. */
export async function* followLog(
  deps: FollowLogDeps,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogUpdate> {
  const follower = createFollower(deps, query);
  let throttled = 0;
  let told: Waiting | undefined;
  const turns = poll<Turn>(
    {
      clock: deps.clock,
      random: deps.random,
      wake: createWake(),
      ask: (abortSignal) => follower.turn(abortSignal),
      pace: (turn) => (turn.end ? undefined : turn.pause),
    },
    signal,
  );
  for await (const update of turns) {
    if (update.kind === 'trouble') {
      if (update.error.kind === 'throttled') throttled += 1;
      // A single reading has nobody to wait for: it has tried often enough by itself.
      if (query.once) throw update.error;
      yield update;
      continue;
    }
    const { lines, gap, waiting, end } = update.answer;
    if (gap) yield { kind: 'gap', ...gap };
    if (lines.length > 0) yield { kind: 'lines', lines };
    if (waiting && waiting !== told) yield { kind: 'waiting', reason: waiting };
    told = waiting;
    if (end) yield end;
    else yield { kind: 'polled', at: update.at, nextPollAt: update.nextPollAt, throttled };
  }
}

/** Takes a turn at a time: finds the stream, reads a page, decides whether that was all. */
function createFollower(deps: FollowLogDeps, query: LogQuery) {
  const { clock } = deps;
  const openedAt = clock.now();
  let reader: LogReader | undefined;
  let build: Build | undefined;
  let endNoticedAt: number | undefined;
  let ends = 0;
  let quiet = 0;
  let empties = 0;
  /** False while older pages are being read, which is done quickly. */
  let caughtUp = false;
  let lastLines: string[] = [];
  /** The log has come to its last words. */
  let closing = false;

  const look = async (signal: AbortSignal, maxAgeMs = waitingAgeMs): Promise<Build> => {
    if (build && hasEnded(build)) return build;
    build = await deps.builds.get(query.buildId, signal, { maxAgeMs, impatient: !query.once });
    if (hasEnded(build)) endNoticedAt ??= clock.now();
    return build;
  };

  /** Whether the build's last lines can no longer be on their way. */
  const isSettled = (now: number) => {
    if (!build || endNoticedAt === undefined) return false;
    if (closing) return true;
    return isOld(build, now) || now - endNoticedAt >= lateMs;
  };

  const over = (reason: End['reason'], detail?: string): Turn => ({
    lines: [],
    pause: 0,
    end: { kind: 'end', reason, ...(detail ? { detail } : {}) },
  });

  /** No stream to read: the build has not come to that, its log goes elsewhere, or it is gone. */
  const withoutStream = (now: Build): Turn => {
    if (now.log.kind === 'disabled') return over('disabled');
    if (now.log.kind === 's3-only') return over('s3-only', now.log.location);
    const started = reader?.started() ?? false;
    if (query.once || (hasEnded(now) && isSettled(clock.now()))) {
      if (started) return over('complete', 'deleted while it was read');
      return over(hasEnded(now) ? 'no-log' : 'complete');
    }
    return {
      lines: [],
      waiting: isQueued(now) ? 'build-queued' : 'stream-not-created',
      pause: hasEnded(now) ? pauses.draining : pauses.waiting,
    };
  };

  /** At the end of the stream as it is now: was that all? */
  const atEnd = async (signal: AbortSignal): Promise<Turn> => {
    const known = await look(signal, closing ? closingAgeMs : quietAgeMs);
    if (query.once && !hasEnded(known)) return over('complete');
    if (!hasEnded(known)) {
      return { lines: [], pause: Math.min(pauses.quietest, pauses.lively * 1.3 ** Math.max(0, quiet - 3)) };
    }
    if (ends >= endsNeeded && (isSettled(clock.now()) || query.once)) return over('complete');
    if (query.once || isOld(known, clock.now())) return { lines: [], pause: pauses.catchUp };
    return { lines: [], pause: closing ? pauses.closing : pauses.draining };
  };

  return {
    async turn(signal: AbortSignal): Promise<Turn> {
      if (!reader) {
        const known = await look(signal);
        if (known.log.kind !== 'cloudwatch') return withoutStream(known);
        const since = query.since === undefined ? {} : { since: query.since };
        reader = createLogReader({ read: deps.reader(known.log), ...since });
      }
      let step: Awaited<ReturnType<LogReader['step']>>;
      try {
        step = await reader.step(signal);
      } catch (error) {
        if (!(error instanceof AppError) || error.kind !== 'not-found') throw error;
        return withoutStream(await look(signal));
      }
      const { events, gap } = step;
      if (events.length > 0) {
        ends = 0;
        quiet = 0;
        empties = 0;
        // Between two polls a page fills only if lines come faster than they are read.
        caughtUp &&= events.length < bigPage;
        const lines = events.flatMap(toLines);
        lastLines = [...lastLines, ...lines.slice(-2).map((line) => line.text)].slice(-2);
        closing = lastWords.every((words, index) => words.test(lastLines[index] ?? ''));
        // A lively log never stands still: what is stamped later than the reading began is beyond a single reading.
        const enough = query.once && events.some((event) => event.timestamp >= openedAt);
        return {
          lines,
          ...(enough && build && !hasEnded(build) ? { end: { kind: 'end', reason: 'complete' } } : {}),
          ...(gap ? { gap } : {}),
          pause: caughtUp && !query.once ? pauses.lively : pauses.catchUp,
        };
      }
      if (!step.atEnd) {
        empties += 1;
        return { lines: [], pause: empties <= quickEmpties ? pauses.catchUp : pauses.lively };
      }
      caughtUp = true;
      ends += 1;
      quiet += 1;
      return atEnd(signal);
    },
  };
}

const isOld = (build: Build, now: number) => build.endedAt !== undefined && now - build.endedAt >= settledMs;

/** An event's message may hold several lines; each bears the event's stamp. */
function toLines(event: LogEvent): LogLine[] {
  return splitLogMessage(event.message).map((text) => ({ timestamp: event.timestamp, text }));
}
