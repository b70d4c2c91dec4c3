import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { SandboxControl } from '../../src/domain/ports/sandbox.ts';
import { identity, opening, revival } from '../../src/runtime/account-sources.ts';
import type { SourceDeps } from '../../src/runtime/source-deps.ts';
import type { Event } from '../../src/state/events.ts';
import { createFakeAccount } from '../support/fake-services.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { pictureBuilds } from '../support/sample-builds.ts';

function setUp(sandbox: Partial<SandboxControl> = {}) {
  const clock = createManualClock(0);
  const account = createFakeAccount({ now: clock.now });
  account.setBuilds(pictureBuilds());
  const deps = { clock, holder: { services: account.services }, sandbox } as unknown as SourceDeps;
  const controller = new AbortController();
  const events: Event[] = [];
  const run = (source: (deps: SourceDeps, signal: AbortSignal) => AsyncIterable<Event>) => {
    const ended = (async () => {
      for await (const event of source(deps, controller.signal)) events.push(event);
    })();
    ended.catch(() => {});
    return ended;
  };
  return { clock, account, deps, controller, events, run };
}

describe('the sandbox that does not answer', () => {
  it('is started again where it has ended, and that is said', async () => {
    let isRunning = false;
    let starts = 0;
    const { clock, events, controller, run } = setUp({
      status: async () => (isRunning ? ({} as never) : undefined),
      ensure: async () => {
        starts += 1;
        isRunning = true;
        return {} as never;
      },
    });
    run(revival);
    await turn();
    expect(starts).toBe(1);
    expect(events).toMatchObject([{ type: 'said', tone: 'warn' }]);
    await clock.advance(60_000);
    expect(starts).toBe(1);
    controller.abort();
  });

  it('is opened anew where it came back at another port, and only then', async () => {
    const at = (endpoint: string) => ({ status: async () => ({ endpoint }) as never });
    const here = setUp(at('http://127.0.0.1:1'));
    here.deps.holder.endpoint = 'http://127.0.0.1:1';
    here.run(revival);
    const moved = setUp(at('http://127.0.0.1:2'));
    moved.deps.holder.endpoint = 'http://127.0.0.1:1';
    await moved.run(revival);
    expect(moved.events).toEqual([{ type: 'target-chosen', target: { place: 'sandbox' } }]);
    await here.clock.advance(60_000);
    expect(here.events).toEqual([]);
    here.controller.abort();
  });

  it('is tried again where it cannot be started, and why is said once', async () => {
    let tries = 0;
    const { clock, events, controller, run } = setUp({
      status: async () => undefined,
      ensure: async () => {
        tries += 1;
        throw new AppError({ kind: 'failed', message: 'No room on the disk.' });
      },
    });
    run(revival);
    await clock.advance(25_000);
    expect(tries).toBe(3);
    expect(events).toEqual([{ type: 'said', tone: 'bad', text: 'No room on the disk.' }]);
    controller.abort();
  });
});

describe('the build named on the command line', () => {
  const feed = { feed: 'opening', key: 'k', reference: 'abc1', projects: [] } as const;

  it('is found', async () => {
    const { events, run } = setUp();
    await run((deps, signal) => opening(feed, deps, signal));
    expect(events).toMatchObject([{ type: 'opened', build: { number: 213 } }]);
  });

  it('is looked for again after a failure that passes', async () => {
    const { clock, account, events, controller, run } = setUp();
    const { resolve } = account.services.builds;
    let tries = 0;
    account.services.builds.resolve = async (...args) => {
      tries += 1;
      if (tries < 3) throw new AppError({ kind: 'network', message: 'No network.' });
      return resolve(...args);
    };
    run((deps, signal) => opening(feed, deps, signal));
    await clock.advance(20_000);
    expect(events.map((event) => event.type)).toEqual(['opened']);
    controller.abort();
  });

  it('ends the search where there is none', async () => {
    const { events, run } = setUp();
    await run((deps, signal) => opening({ ...feed, reference: 'zzz' }, deps, signal));
    expect(events).toMatchObject([{ type: 'opening-failed', error: { kind: 'not-found' } }]);
  });
});

describe('the identity', () => {
  it('is read at once where asked, then every five minutes', async () => {
    const { clock, events, controller, run } = setUp();
    run((deps, signal) => identity(true, deps, signal));
    await turn();
    expect(events).toHaveLength(1);
    await clock.advance(10 * 60_000);
    expect(events).toHaveLength(3);
    controller.abort();
  });

  it('waits the first five minutes where connecting has just read it', async () => {
    const { clock, events, controller, run } = setUp();
    run((deps, signal) => identity(false, deps, signal));
    await clock.advance(5 * 60_000 - 1);
    expect(events).toHaveLength(0);
    await clock.advance(1);
    expect(events).toHaveLength(1);
    controller.abort();
  });
});
