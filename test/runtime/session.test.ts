import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { ConnectOptions } from '../../src/domain/ports/connect.ts';
import type { SandboxControl } from '../../src/domain/ports/sandbox.ts';
import type { Services } from '../../src/domain/ports/services.ts';
import { openSession, type SessionHolder } from '../../src/runtime/session.ts';
import type { Event } from '../../src/state/events.ts';
import type { Target } from '../../src/state/state-session.ts';
import { createFakeAccount } from '../support/fake-services.ts';
import { createManualClock } from '../support/manual-clock.ts';

/** Opens a session against answers given one after the other; the last one holds. */
function open(target: Target, answers: readonly (AppError | 'ok')[], options: object = {}) {
  const clock = createManualClock(1_000);
  const account = createFakeAccount({ now: clock.now });
  const asked: ConnectOptions[] = [];
  const holder: SessionHolder = { services: undefined };
  const sources: unknown[] = [];
  const sandbox = {
    ensure: async (wanted: object) => {
      sources.push(wanted);
      return {
        endpoint: 'http://127.0.0.1:29000',
        port: 29_000,
        pid: 1,
        region: 'us-east-1',
        credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
        home: '/sandbox/home',
        dataDir: '/sandbox',
      };
    },
  } as unknown as SandboxControl;
  const connect = async (wanted: ConnectOptions): Promise<Services> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(wanted);
    if (answer === 'ok' || answer === undefined) return account.services;
    throw answer;
  };
  const controller = new AbortController();
  const events: Event[] = [];
  const ended = (async () => {
    const deps = { connect, sandbox, clock, home: '/home/alice', options, holder };
    for await (const event of openSession(target, 1, deps, controller.signal)) events.push(event);
  })();
  ended.catch(() => {});
  return { clock, account, asked, sources, holder, controller, events, ended };
}

const lost = new AppError({ kind: 'network', message: 'No network.' });

describe('a session', () => {
  it('holds the services while it runs and closes them at its end', async () => {
    const { account, holder, controller, events, ended } = open({ place: 'aws', profileName: 'x' }, ['ok']);
    await turn();
    expect(events.map((event) => event.type)).toEqual(['session-opened']);
    expect(holder.services).toBe(account.services);
    controller.abort();
    await ended;
    expect(holder.services).toBeUndefined();
    expect(account.isClosed()).toBe(true);
  });

  it('tries again with growing pauses, says since when, and opens at last', async () => {
    const { clock, events, asked, controller, ended } = open({ place: 'aws' }, [lost, lost, lost, 'ok']);
    await turn();
    await clock.advance(2_000);
    await clock.advance(4_000);
    await clock.advance(7_999);
    expect(asked).toHaveLength(3);
    await clock.advance(1);
    expect(asked).toHaveLength(4);
    const troubles = events.flatMap((event) => (event.type === 'session-trouble' ? [event.trouble] : []));
    expect(troubles.map(({ since, nextTryAt }) => [since, nextTryAt])).toEqual([
      [1_000, 3_000],
      [1_000, 7_000],
      [1_000, 15_000],
    ]);
    expect(events.at(-1)?.type).toBe('session-opened');
    controller.abort();
    await ended;
  });

  it('never waits longer than half a minute', async () => {
    const { clock, asked, controller, ended } = open({ place: 'aws' }, [lost]);
    await clock.advance(10 * 60_000);
    const before = asked.length;
    await clock.advance(30_000);
    expect(asked.length).toBe(before + 1);
    controller.abort();
    await ended.catch(() => {});
  });

  it('gives up at once what trying again cannot mend', async () => {
    const wrong = new AppError({ kind: 'not-found', message: 'There is no profile nope.' });
    const { asked, ended } = open({ place: 'aws', profileName: 'nope' }, [wrong]);
    await expect(ended).rejects.toBe(wrong);
    expect(asked).toHaveLength(1);
  });

  it('asks with what the command line says', async () => {
    const { asked, controller } = open({ place: 'aws', profileName: 'ClaudeCode' }, ['ok'], {
      region: 'eu-west-1',
      endpointUrl: 'http://127.0.0.1:1',
      project: 'p',
    });
    await turn();
    expect(asked).toEqual([
      {
        place: 'aws',
        home: '/home/alice',
        profileName: 'ClaudeCode',
        region: 'eu-west-1',
        endpointUrl: 'http://127.0.0.1:1',
        project: 'p',
        impatient: true,
      },
    ]);
    controller.abort();
  });

  it('starts the sandbox, with the folder to build, and uses its own credentials and home', async () => {
    const { asked, sources, controller } = open({ place: 'sandbox' }, ['ok'], { source: '/work/mine' });
    await turn();
    expect(sources).toEqual([{ source: '/work/mine' }]);
    expect(asked).toEqual([
      {
        place: 'sandbox',
        region: 'us-east-1',
        endpointUrl: 'http://127.0.0.1:29000',
        credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
        home: '/sandbox/home',
        impatient: true,
      },
    ]);
    controller.abort();
  });
});
