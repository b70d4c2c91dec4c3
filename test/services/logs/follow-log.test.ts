import { afterEach, describe, expect, it } from 'vitest';
import type { LogUpdate } from '../../../src/domain/log.ts';
import type { LogQuery } from '../../../src/domain/ports/logs.ts';
import type { Fault, FaultHook } from '../../../src/sandbox/faults.ts';
import { floodLine, numberedFlood } from '../../support/build-scripts.ts';
import { openTestSession, type TestSession } from '../support/session.ts';

let session: TestSession;
afterEach(() => session.close());

const { signal } = new AbortController();

async function follow(query: LogQuery, until = signal): Promise<LogUpdate[]> {
  const updates: LogUpdate[] = [];
  for await (const update of session.services.logs.follow(query, until)) updates.push(update);
  return updates;
}

const textOf = (updates: readonly LogUpdate[]) =>
  updates.flatMap((update) => (update.kind === 'lines' ? update.lines.map((line) => line.text) : []));

const flooded = (updates: readonly LogUpdate[]) =>
  textOf(updates).filter((line) => line.endsWith('of the flood'));

/** An endpoint that does to the log all that networks and busy accounts do. */
function wildEndpoint(): FaultHook {
  let previous: Record<string, unknown> = {};
  const keep = (change: (answer: Record<string, unknown>) => Record<string, unknown>): Fault => ({
    kind: 'transform',
    json: (answer) => {
      const changed = change(answer);
      previous = answer;
      return changed;
    },
  });
  return ({ operation, count }) => {
    if (operation === 'BatchGetBuilds') return count % 3 === 2 ? { kind: 'throttle' } : undefined;
    if (operation !== 'GetLogEvents') return undefined;
    if (count < 5)
      return {
        kind: 'error',
        code: 'ResourceNotFoundException',
        message: 'The specified log stream does not exist.',
      };
    switch (count % 11) {
      case 0:
        return { kind: 'throttle' };
      // Twice: a clock as far off as a test's is taken for the cause first.
      case 1:
      case 2:
        return { kind: 'error', code: 'ExpiredTokenException', message: 'The security token has expired' };
      case 4:
        return { kind: 'drop', when: 'before' };
      case 6:
        return { kind: 'drop', when: 'after' };
      case 7:
        return { kind: 'transform', json: () => previous };
      case 8:
        return keep((answer) => ({
          ...answer,
          events: [],
          nextForwardToken: previous.nextForwardToken,
        }));
      case 9:
        return { kind: 'answer', status: 502, body: '<html>bad gateway</html>' };
      default:
        return keep((answer) => answer);
    }
  };
}

describe('following a log', () => {
  it('gives every numbered line once and in order through an endpoint that does its worst', async () => {
    const lines = 20_000;
    session = await openTestSession({ script: numberedFlood(lines, { batch: 200, everyMs: 100 }) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    session.setFaults(wildEndpoint());
    const updates = await session.run(follow({ buildId: build.id }));
    expect(flooded(updates)).toEqual(Array.from({ length: lines }, (_, index) => floodLine(index + 1)));
    expect(updates.at(-1)).toEqual({ kind: 'end', reason: 'complete' });
    const kinds = new Set(updates.map((update) => update.kind));
    expect(kinds).toEqual(new Set(['waiting', 'trouble', 'polled', 'lines', 'end']));
    const errors = updates.flatMap((update) => (update.kind === 'trouble' ? update.error.kind : []));
    expect(new Set(errors)).toEqual(new Set(['throttled', 'network', 'credentials']));
  });

  it('reads on after a refused token, telling no gap where none is', async () => {
    session = await openTestSession({ script: numberedFlood(600, { batch: 20, everyMs: 500 }) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    session.setFaults(({ operation, count }) =>
      operation === 'GetLogEvents' && count % 4 === 0
        ? {
            kind: 'error',
            code: 'InvalidParameterException',
            message: 'The specified nextToken has expired.',
          }
        : undefined,
    );
    const updates = await session.run(follow({ buildId: build.id }));
    expect(flooded(updates)).toEqual(Array.from({ length: 600 }, (_, index) => floodLine(index + 1)));
    expect(updates.map((update) => update.kind)).not.toContain('gap');
  });

  it('waits for the queue, then for the stream, and says which', async () => {
    session = await openTestSession({ script: numberedFlood(3) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    let queued = 0;
    session.setFaults(({ operation, count }) => {
      if (operation === 'BatchGetBuilds' && queued < 3) {
        queued += 1;
        return changeBuild({
          currentPhase: 'QUEUED',
          logs: {},
          buildStatus: 'IN_PROGRESS',
          endTime: undefined,
        });
      }
      return operation === 'GetLogEvents' && count < 3
        ? {
            kind: 'error',
            code: 'ResourceNotFoundException',
            message: 'The specified log stream does not exist.',
          }
        : undefined;
    });
    const updates = await session.run(follow({ buildId: build.id }));
    const reasons = updates.flatMap((update) => (update.kind === 'waiting' ? [update.reason] : []));
    expect(reasons).toEqual(['build-queued', 'stream-not-created']);
    expect(flooded(updates)).toHaveLength(3);
  });

  it('ends, saying why, where there is no log to read', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    await session.run(follow({ buildId: build.id }));
    const ends = async (logs: unknown) => {
      session.setFaults(({ operation }) => {
        if (operation === 'BatchGetBuilds') return changeBuild({ logs });
        return operation === 'GetLogEvents'
          ? { kind: 'error', code: 'ResourceNotFoundException' }
          : undefined;
      });
      // A session of its own, which has not seen the build yet.
      const { logs: service } = await session.run(session.connect());
      const updates: LogUpdate[] = [];
      const read = async () => {
        for await (const update of service.follow({ buildId: build.id }, signal)) updates.push(update);
      };
      await session.run(read());
      return updates.at(-1);
    };
    expect(await ends({ cloudWatchLogs: { status: 'DISABLED' }, s3Logs: { status: 'DISABLED' } })).toEqual({
      kind: 'end',
      reason: 'disabled',
    });
    expect(
      await ends({
        cloudWatchLogs: { status: 'DISABLED' },
        s3Logs: { status: 'ENABLED', location: 'bucket/logs' },
      }),
    ).toEqual({ kind: 'end', reason: 's3-only', detail: 'bucket/logs' });
    expect(await ends({ groupName: 'null', streamName: 'null', deepLink: '…#logEvent:group=null' })).toEqual({
      kind: 'end',
      reason: 'no-log',
    });
    expect(await ends({ groupName: '/aws/codebuild/p', streamName: 'gone' })).toEqual({
      kind: 'end',
      reason: 'no-log',
    });
  });

  it('reads what is there once, of a build that prints on and on', async () => {
    session = await openTestSession({ script: numberedFlood(1_000_000, { batch: 50, everyMs: 100 }) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    const stop = new AbortController();
    const some = async () => {
      let lines = 0;
      for await (const update of session.services.logs.follow({ buildId: build.id }, stop.signal)) {
        if (update.kind === 'lines') lines += update.lines.length;
        if (lines > 300) stop.abort();
      }
    };
    await session.run(some());
    const updates = await session.run(follow({ buildId: build.id, once: true }));
    const lines = flooded(updates);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines).toEqual(lines.map((_, index) => floodLine(index + 1)));
    expect(updates.at(-1)).toEqual({ kind: 'end', reason: 'complete' });
    await session.run(session.services.builds.stop(build.id, signal));
  });

  it('throws from a single reading that is not allowed, and from no other', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    await session.run(follow({ buildId: build.id }));
    session.setFaults(({ operation }) =>
      operation === 'GetLogEvents'
        ? { kind: 'error', code: 'AccessDeniedException', status: 400 }
        : undefined,
    );
    await expect(session.run(follow({ buildId: build.id, once: true }))).rejects.toMatchObject({
      kind: 'permission',
      message: expect.stringContaining('logs:GetLogEvents'),
    });
    const stop = new AbortController();
    const updates: LogUpdate[] = [];
    const read = async () => {
      for await (const update of session.services.logs.follow({ buildId: build.id }, stop.signal)) {
        updates.push(update);
        if (updates.length === 3) stop.abort();
      }
    };
    await session.run(read());
    expect(updates.map((update) => update.kind)).toEqual(['trouble', 'trouble', 'trouble']);
    const [first, , third] = updates.flatMap((update) => (update.kind === 'trouble' ? [update] : []));
    expect(third?.since).toBe(first?.since);
    expect((third?.nextTryAt ?? 0) - (first?.nextTryAt ?? 0)).toBeGreaterThan(20_000);
  });

  it('leaves out what was stamped before the time asked for', async () => {
    session = await openTestSession({ script: numberedFlood(40, { batch: 1, everyMs: 1_000 }) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    const all = await session.run(follow({ buildId: build.id }));
    const lines = all.flatMap((update) => (update.kind === 'lines' ? update.lines : []));
    const since = lines.find((line) => line.text === floodLine(30))?.timestamp ?? 0;
    const some = await session.run(follow({ buildId: build.id, since }));
    expect(flooded(some)).toEqual(flooded(all).slice(29));
  });

  it('makes a line of each line in an event, and no control of them', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    await session.run(follow({ buildId: build.id }));
    session.setFaults(({ operation }) =>
      operation === 'GetLogEvents'
        ? {
            kind: 'transform',
            json: ({ events, ...rest }) => ({
              ...rest,
              events: (events as object[])
                .slice(0, 1)
                .map((event) => ({ ...event, message: 'a\r\nb \u001b]0;title\u0007c\n10%\r50%\r100%\n' })),
            }),
          }
        : undefined,
    );
    const updates = await session.run(follow({ buildId: build.id, once: true }));
    expect(textOf(updates)).toEqual(['a', 'b c', '100%']);
  });

  it('asks at most once a second of a running build, together with its watcher 75 times a minute', async () => {
    session = await openTestSession({ script: numberedFlood(100_000, { batch: 3, everyMs: 400 }) });
    const build = await session.services.builds.start(session.project, 'token', signal);
    const stop = new AbortController();
    const drain = async (updates: AsyncIterable<unknown>) => {
      for await (const _ of updates);
    };
    const both = Promise.all([
      drain(session.services.logs.follow({ buildId: build.id }, stop.signal)),
      drain(session.services.builds.watch(build.id, stop.signal)),
    ]);
    const minutes = async (count: number) => {
      const end = session.clock.now() + count * 60_000;
      await session.run(session.clock.sleep(end - session.clock.now()));
    };
    // Past the first pages, which are read quickly.
    await minutes(1);
    session.calls.clear();
    await minutes(4);
    stop.abort();
    await session.run(both);
    const calls = [...session.calls.values()].reduce((sum, count) => sum + count, 0);
    expect(calls / 4).toBeLessThanOrEqual(75);
    expect(session.calls.get('GetLogEvents')).toBeGreaterThan(0);
    await session.run(session.services.builds.stop(build.id, signal));
  });
});

/** Changes every build of a BatchGetBuilds answer. */
function changeBuild(change: Record<string, unknown>): Fault {
  return {
    kind: 'transform',
    json: (answer) => ({
      ...answer,
      builds: (answer.builds as object[]).map((build) => ({ ...build, ...change })),
    }),
  };
}
