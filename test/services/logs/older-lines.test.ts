import { afterEach, describe, expect, it } from 'vitest';
import type { LogLine, LogUpdate } from '../../../src/domain/log.ts';
import type { FaultHook } from '../../../src/sandbox/faults.ts';
import { floodLine, numberedFlood } from '../../support/build-scripts.ts';
import { openTestSession, type TestSession } from '../support/session.ts';

let session: TestSession;
afterEach(() => session.close());

const { signal } = new AbortController();
const day = 24 * 60 * 60 * 1_000;

async function follow(buildId: string, until = signal): Promise<LogUpdate[]> {
  const updates: LogUpdate[] = [];
  for await (const update of session.services.logs.follow({ buildId, fromEnd: true }, until)) {
    updates.push(update);
  }
  return updates;
}

/** A build with a log of so many lines that has ended, and some minutes after. */
async function endedBuild(lines: number, options: { batch?: number; everyMs?: number } = {}) {
  session = await openTestSession({ script: numberedFlood(lines, options) });
  const build = await session.services.builds.start(session.project, 'token', signal);
  const ended = async () => {
    for await (const update of session.services.logs.follow({ buildId: build.id }, signal)) void update;
  };
  await session.run(ended());
  await session.clock.advance(200_000);
  session.calls.clear();
  return build.id;
}

/** All lines in the order of the log, put together as a screen does. */
function joined(updates: readonly LogUpdate[]): string[] {
  let lines: LogLine[] = [];
  for (const update of updates) {
    if (update.kind === 'older') lines = [...update.lines, ...lines];
    else if (update.kind === 'lines') lines = [...lines, ...update.lines];
  }
  return lines.map((line) => line.text).filter((text) => text.endsWith('of the flood'));
}

const flood = (lines: number) => Array.from({ length: lines }, (_, index) => floodLine(index + 1));
const kindsOf = (updates: readonly LogUpdate[]) => new Set(updates.map((update) => update.kind));

/** Faults for GetLogEvents from the second call from now on; `at` counts these from 0. */
function onTheWay(fault: (at: number) => ReturnType<FaultHook>): FaultHook {
  let at = -2;
  return ({ operation }) => {
    if (operation !== 'GetLogEvents') return undefined;
    at += 1;
    return at < 0 ? undefined : fault(at);
  };
}

describe('a log read from its end upwards', () => {
  it('shows its end first, and gives thirty thousand lines once each and in order', async () => {
    const id = await endedBuild(30_000, { batch: 1_000 });
    const updates = await session.run(follow(id));
    const [first, ...rest] = updates.filter((update) => update.kind === 'older');
    expect(first?.lines.length).toBeLessThanOrEqual(1_000);
    expect(first?.lines.at(-1)?.text).toMatch(/Phase context status code/);
    expect(rest.at(-1)?.isBeginning).toBe(true);
    expect(joined(updates)).toEqual(flood(30_000));
    expect(kindsOf(updates)).toEqual(new Set(['older', 'polled', 'end']));
    expect(updates.at(-1)).toEqual({ kind: 'end', reason: 'complete' });
    // A small page, three full ones, and the beginning, asked for three times.
    expect(session.calls.get('GetLogEvents')).toBeLessThanOrEqual(8);
  });

  it('asks for the first pages at once, then once a second', async () => {
    const id = await endedBuild(45_000, { batch: 1_000 });
    const at: number[] = [];
    session.setFaults(({ operation }) => {
      if (operation === 'GetLogEvents') at.push(session.clock.now());
      return undefined;
    });
    await session.run(follow(id));
    const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(pauses[0]).toBeLessThan(500);
    for (const pause of pauses.slice(1, -2)) expect(pause).toBeGreaterThanOrEqual(800);
  });

  it('loses and doubles nothing through throttling, dropped connections and expired credentials', async () => {
    const id = await endedBuild(25_000, { batch: 1_000 });
    session.setFaults(
      onTheWay((at) => {
        switch (at % 9) {
          case 0:
            return { kind: 'throttle' };
          case 1:
            return { kind: 'drop', when: 'after' };
          case 2:
          case 3:
            return {
              kind: 'error',
              code: 'ExpiredTokenException',
              message: 'The security token has expired',
            };
          case 5:
            return { kind: 'answer', status: 502, body: '<html>bad gateway</html>' };
          case 6:
            return { kind: 'drop', when: 'before' };
          default:
            return undefined;
        }
      }),
    );
    const updates = await session.run(follow(id));
    expect(joined(updates)).toEqual(flood(25_000));
    expect(updates[0]?.kind).toBe('older');
    const errors = updates.flatMap((update) => (update.kind === 'trouble' ? update.error.kind : []));
    expect(new Set(errors)).toEqual(new Set(['throttled', 'network', 'credentials']));
    expect(updates.at(-1)).toEqual({ kind: 'end', reason: 'complete' });
  });

  it('takes empty pages with a new token for no beginning', async () => {
    const id = await endedBuild(3_000);
    session.setFaults(
      onTheWay((at) =>
        at % 2 === 0 && at < 8
          ? {
              kind: 'transform',
              json: (answer) => ({
                ...answer,
                events: [],
                // Just after the page that is left out: another token, the same place.
                nextBackwardToken: String(answer.nextForwardToken).replace('f/', 'b/'),
              }),
            }
          : undefined,
      ),
    );
    const updates = await session.run(follow(id));
    expect(joined(updates)).toEqual(flood(3_000));
  });

  it('reads on by time after refused tokens, equal stamps at the borders of pages and all', async () => {
    // All lines of a batch bear one stamp, and pages end within batches.
    const id = await endedBuild(24_000, { batch: 700, everyMs: 500 });
    session.setFaults(
      onTheWay((at) =>
        at === 0 || at === 3
          ? { kind: 'error', code: 'InvalidParameterException', message: 'The nextToken has expired.' }
          : undefined,
      ),
    );
    const updates = await session.run(follow(id));
    expect(joined(updates)).toEqual(flood(24_000));
    expect(kindsOf(updates)).toEqual(new Set(['older', 'polled', 'end']));
  });

  it('stops asking when it is aborted', async () => {
    const id = await endedBuild(30_000, { batch: 1_000 });
    const enough = new AbortController();
    const read = async () => {
      for await (const update of session.services.logs.follow(
        { buildId: id, fromEnd: true },
        enough.signal,
      )) {
        if (update.kind === 'older') enough.abort();
      }
    };
    await session.run(read());
    expect(session.calls.get('GetLogEvents')).toBe(1);
  });

  it('says that the log was deleted while it was read, and keeps what it gave', async () => {
    const id = await endedBuild(5_000);
    session.setFaults(
      onTheWay(() => ({ kind: 'error', code: 'ResourceNotFoundException', message: 'No such stream.' })),
    );
    const updates = await session.run(follow(id));
    expect(updates.at(-1)).toEqual({
      kind: 'end',
      reason: 'complete',
      detail: 'deleted while it was read',
    });
    expect(joined(updates).length).toBeGreaterThan(900);
  });

  it('says of a build older than its log is kept that it has expired', async () => {
    const id = await endedBuild(3);
    await session.clock.advance(8 * day);
    session.setFaults(({ operation }) =>
      operation === 'GetLogEvents' ? { kind: 'error', code: 'ResourceNotFoundException' } : undefined,
    );
    expect((await session.run(follow(id))).at(-1)).toEqual({ kind: 'end', reason: 'expired' });
    // The events go first, the stream may stay.
    session.setFaults(({ operation }) =>
      operation === 'GetLogEvents'
        ? { kind: 'transform', json: (answer) => ({ ...answer, events: [] }) }
        : undefined,
    );
    expect((await session.run(follow(id))).at(-1)).toEqual({ kind: 'end', reason: 'expired' });
  });

  it('reads a build under way from its beginning', async () => {
    session = await openTestSession({ script: numberedFlood(400, { batch: 20, everyMs: 500 }) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    const updates = await session.run(follow(build.id));
    expect(kindsOf(updates).has('older')).toBe(false);
    expect(joined(updates)).toEqual(flood(400));
  });
});
