import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { createFeedRunner } from '../../src/runtime/feed-runner.ts';

type Feed = { key: string };

/** A runner whose streams are opened by hand. */
function setUp() {
  const emitted: string[] = [];
  const opened: string[] = [];
  const streams = new Map<
    string,
    {
      signal: AbortSignal;
      yield: (value: string) => Promise<void>;
      end: () => void;
      fail: (error: unknown) => void;
    }
  >();
  const runner = createFeedRunner<Feed, string>({
    open(feed, signal) {
      opened.push(feed.key);
      let next = Promise.withResolvers<{ value?: string; error?: unknown; done?: boolean }>();
      const send = async (item: { value?: string; error?: unknown; done?: boolean }) => {
        const { resolve } = next;
        next = Promise.withResolvers();
        resolve(item);
        await turn();
      };
      streams.set(feed.key, {
        signal,
        yield: (value) => send({ value }),
        end: () => void send({ done: true }),
        fail: (error) => void send({ error }),
      });
      return (async function* () {
        while (true) {
          const item = await next.promise;
          if ('error' in item) throw item.error;
          if (item.done) return;
          yield item.value ?? '';
        }
      })();
    },
    failed: (feed, error) => `${feed.key} failed: ${error.message}`,
    emit: (event) => emitted.push(event),
  });
  const stream = (key: string) => {
    const found = streams.get(key);
    if (!found) throw new Error(`No stream ${key} was opened.`);
    return found;
  };
  const sync = async (...keys: string[]) => {
    runner.sync(keys.map((key) => ({ key })));
    await turn();
  };
  return { runner, emitted, opened, stream, sync };
}

describe('the feed runner', () => {
  it('starts what is wanted, once, and emits what it yields', async () => {
    const { emitted, opened, stream, sync } = setUp();
    await sync('a');
    await sync('a', 'b');
    await stream('a').yield('one');
    await stream('b').yield('two');
    expect(opened).toEqual(['a', 'b']);
    expect(emitted).toEqual(['one', 'two']);
  });

  it('aborts what is no longer wanted and drops what still comes', async () => {
    const { emitted, stream, sync } = setUp();
    await sync('a');
    await sync();
    expect(stream('a').signal.aborted).toBe(true);
    await stream('a').yield('late');
    expect(emitted).toEqual([]);
  });

  it('waits for the end of an aborted stream before it opens the same again', async () => {
    const { opened, stream, sync } = setUp();
    await sync('a');
    const first = stream('a');
    await sync();
    await sync('a');
    expect(opened).toEqual(['a']);
    first.end();
    await turn();
    await turn();
    expect(opened).toEqual(['a', 'a']);
    expect(stream('a').signal.aborted).toBe(false);
  });

  it('does not open again what is unwanted once more by then', async () => {
    const { opened, stream, sync } = setUp();
    await sync('a');
    const first = stream('a');
    await sync();
    await sync('a');
    await sync();
    first.end();
    await turn();
    await turn();
    expect(opened).toEqual(['a']);
  });

  it('leaves a stream that ended by itself ended while it is wanted', async () => {
    const { opened, stream, sync } = setUp();
    await sync('a');
    stream('a').end();
    await turn();
    await sync('a');
    expect(opened).toEqual(['a']);
    await sync();
    await sync('a');
    expect(opened).toEqual(['a', 'a']);
  });

  it('tells of a failure, not of an abort', async () => {
    const { emitted, stream, sync } = setUp();
    await sync('a', 'b', 'c');
    stream('a').fail(new AppError({ kind: 'network', message: 'no network' }));
    stream('b').fail(new DOMException('gone', 'AbortError'));
    await turn();
    await sync();
    stream('c').fail(new Error('after the abort'));
    await turn();
    expect(emitted).toEqual(['a failed: no network']);
  });

  it('stops only when every stream has ended, and then starts nothing', async () => {
    const { runner, emitted, opened, stream, sync } = setUp();
    await sync('a', 'b');
    let isStopped = false;
    const stopping = runner.stop().then(() => {
      isStopped = true;
    });
    await turn();
    expect(stream('a').signal.aborted && stream('b').signal.aborted).toBe(true);
    stream('a').end();
    await turn();
    expect(isStopped).toBe(false);
    await stream('b').yield('late');
    stream('b').end();
    await stopping;
    await sync('c');
    expect(opened).toEqual(['a', 'b']);
    expect(emitted).toEqual([]);
  });
});
