import type { Build, LogLocation } from '../../domain/build.ts';
import type { Clock } from '../../domain/clock.ts';
import { AppError } from '../../domain/errors.ts';
import { hasEnded, isQueued } from '../../domain/phases.ts';
import type { BuildsService } from '../../domain/ports/builds.ts';
import type { LogQuery } from '../../domain/ports/logs.ts';
import { createFollowedBuild } from './followed-build.ts';
import { createLogClimb, type LogClimb } from './log-climb.ts';
import type { ReadLogPage, ReadOlderPage } from './log-events.ts';
import { createLogReader, type LogReader } from './log-reader.ts';
import { over, pauses, quickEmpties, type Turn, toLines } from './log-turn.ts';

type StreamLocation = LogLocation & { kind: 'cloudwatch' };

export type FollowLogDeps = {
  builds: Pick<BuildsService, 'get'>;
  clock: Clock;
  random: () => number;
  /** Reads pages of the stream at `location`. */
  reader(location: StreamLocation): ReadLogPage;
  /** Reads them from the end upwards. */
  olderReader(location: StreamLocation): ReadOlderPage;
};

/** Ends of the stream seen in a row before it is believed. */
const endsNeeded = 3;
/** A page of this many events was probably cut off. */
const bigPage = 1_000;

/** Takes a turn at a time: finds the stream, reads a page, decides whether that was all. */
export type LogFollower = { turn(signal: AbortSignal): Promise<Turn> };

export function createLogFollower(deps: FollowLogDeps, query: LogQuery): LogFollower {
  const { clock } = deps;
  const openedAt = clock.now();
  const build = createFollowedBuild(deps, { buildId: query.buildId, impatient: !query.once });
  let reader: LogReader | undefined;
  /** Reads the log of a build that had ended from its end upwards. */
  let climb: LogClimb | undefined;
  let ends = 0;
  let quiet = 0;
  let empties = 0;
  /** False while older pages are being read, which is done quickly. */
  let caughtUp = false;
  /** Reading upwards: nothing more comes at the end; the beginning was reached. */
  let drained = false;
  let isUp = false;
  let hasLines = false;

  const complete = () => (!hasLines && build.isExpired() ? over('expired') : over('complete'));

  /** No stream to read: the build has not come to that, its log goes elsewhere, or it is gone. */
  const withoutStream = (now: Build): Turn => {
    if (now.log.kind === 'disabled') return over('disabled');
    if (now.log.kind === 's3-only') return over('s3-only', now.log.location);
    const started = reader?.started() || climb?.started();
    if (query.once || (hasEnded(now) && build.isSettled())) {
      if (started) return over('complete', 'deleted while it was read');
      if (build.isExpired()) return over('expired');
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
    const known = await build.look(signal, 'quiet');
    if (query.once && !hasEnded(known)) return over('complete');
    if (!hasEnded(known)) {
      return { lines: [], pause: Math.min(pauses.quietest, pauses.lively * 1.3 ** Math.max(0, quiet - 3)) };
    }
    if (ends >= endsNeeded && (build.isSettled() || query.once)) return complete();
    if (query.once || build.isOld()) return { lines: [], pause: pauses.catchUp };
    return { lines: [], pause: build.isClosing() ? pauses.closing : pauses.draining };
  };

  /** A page downwards. */
  const onwards = async (from: LogReader, signal: AbortSignal): Promise<Turn> => {
    const { events, gap, atEnd: isEnd } = await from.step(signal);
    if (events.length > 0) {
      ends = 0;
      quiet = 0;
      empties = 0;
      // Between two polls a page fills only if lines come faster than they are read.
      caughtUp &&= events.length < bigPage;
      const lines = events.flatMap(toLines);
      hasLines = true;
      build.heard(lines);
      // A lively log never stands still: what is stamped later than the reading began is beyond a single reading.
      const enough = query.once && events.some((event) => event.timestamp >= openedAt);
      const known = build.known();
      return {
        lines,
        ...(enough && known && !hasEnded(known) ? { end: { kind: 'end', reason: 'complete' } } : {}),
        ...(gap ? { gap } : {}),
        pause: caughtUp && !query.once ? pauses.lively : pauses.catchUp,
      };
    }
    if (!isEnd) {
      empties += 1;
      return { lines: [], pause: empties <= quickEmpties ? pauses.catchUp : pauses.lively };
    }
    caughtUp = true;
    ends += 1;
    quiet += 1;
    return atEnd(signal);
  };

  /**
   * From the end upwards. Lines that may still be on their way are awaited first: whoever stops asking for older ones
   * then has the end whole.
   */
  const upwards = async (up: LogClimb, location: StreamLocation, signal: AbortSignal): Promise<Turn> => {
    if (!drained && (up.hasBegun() || isUp)) {
      const after = up.after();
      if (!build.isSettled() && after) reader ??= createLogReader({ read: deps.reader(location), after });
      const turn = reader && (await onwards(reader, signal));
      if (turn && !turn.end) return turn;
      drained = true;
    }
    if (isUp) return complete();
    const turn = await up.turn(signal);
    hasLines ||= up.hasBegun();
    if (!turn.end) return turn;
    isUp = true;
    // An empty log may still get its lines.
    return drained ? { ...turn, ...complete() } : { ...turn, end: undefined, pause: pauses.catchUp };
  };

  return {
    async turn(signal: AbortSignal): Promise<Turn> {
      try {
        if (reader && !climb) return await onwards(reader, signal);
        const known = await build.look(signal);
        if (known.log.kind !== 'cloudwatch') return withoutStream(known);
        if (!climb && query.fromEnd && !query.once && query.since === undefined && hasEnded(known)) {
          climb = createLogClimb({ read: deps.olderReader(known.log), heard: build.heard });
        }
        if (climb) return await upwards(climb, known.log, signal);
        const since = query.since === undefined ? {} : { since: query.since };
        reader = createLogReader({ read: deps.reader(known.log), ...since });
        return await onwards(reader, signal);
      } catch (error) {
        if (!(error instanceof AppError) || error.kind !== 'not-found') throw error;
        return withoutStream(await build.look(signal));
      }
    },
  };
}
