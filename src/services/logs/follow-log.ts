import type { LogUpdate } from '../../domain/log.ts';
import type { LogQuery } from '../../domain/ports/logs.ts';
import { poll } from '../poll.ts';
import { createWake } from '../wake.ts';
import { createLogFollower, type FollowLogDeps } from './log-follower.ts';
import type { Turn, Waiting } from './log-turn.ts';

/** `LogsService.follow`; see there. */
export async function* followLog(
  deps: FollowLogDeps,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogUpdate> {
  const follower = createLogFollower(deps, query);
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
    const { lines, older, gap, waiting, end } = update.answer;
    if (gap) yield { kind: 'gap', ...gap };
    if (lines.length > 0) yield { kind: 'lines', lines };
    if (older) yield { kind: 'older', ...older };
    if (waiting && waiting !== told) yield { kind: 'waiting', reason: waiting };
    told = waiting;
    if (end) yield end;
    else yield { kind: 'polled', at: update.at, nextPollAt: update.nextPollAt, throttled };
  }
}
