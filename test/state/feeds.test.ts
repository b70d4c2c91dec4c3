import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { type Feed, feeds } from '../../src/state/feeds.ts';
import type { State } from '../../src/state/state.ts';
import { pictureBuilds } from '../support/sample-builds.ts';
import { accountOf, beginning, connected, hear, keyed, later, withBuilds } from '../support/states.ts';

const keysOf = (state: State) => feeds(state).map((feed) => feed.key);
const kinds = (state: State) => feeds(state).map((feed) => feed.feed);
const clockOf = (state: State) =>
  (feeds(state).find((feed) => feed.feed === 'clock') as Extract<Feed, { feed: 'clock' }>).everyMs;

const ended = pictureBuilds().filter((build) => build.status !== 'IN_PROGRESS');

describe('the streams that should run', () => {
  it('are the profiles alone before an account is chosen', () => {
    const choosing: State = {
      ...beginning(),
      session: { state: 'choosing', number: 0 },
      route: { screen: 'first-run', selected: 0 },
    };
    expect(kinds(choosing)).toEqual(['clock', 'profiles']);
  });

  it('open the account first and ask it nothing before it is open', () => {
    expect(kinds(beginning())).toEqual(['clock', 'session']);
  });

  it('are those of the builds on the builds screen', () => {
    expect(kinds(connected())).toEqual(['clock', 'session', 'identity', 'projects', 'leftovers', 'builds']);
  });

  it('are those of the one build on its screen: the list is not polled there', () => {
    expect(kinds(keyed(withBuilds(), 'enter'))).toEqual([
      'clock',
      'session',
      'identity',
      'projects',
      'leftovers',
      'build',
      'log',
    ]);
  });

  it('read the history where a build was opened before any list', () => {
    const opened = hear(connected(), { type: 'opened', build: pictureBuilds()[0] as never });
    expect(kinds(opened)).toContain('history');
    expect(kinds(withBuilds(opened))).not.toContain('history');
  });

  it('look for a build named on the command line until it is found', () => {
    const state = { ...connected(), opening: 'latest' };
    expect(keysOf(state)).toContain('opening/1');
    const found = hear(state, { type: 'opened', build: pictureBuilds()[0] as never });
    expect(kinds(found)).not.toContain('opening');
    expect(found.route.screen).toBe('build');
  });

  it('end with the screen they belong to', () => {
    expect(kinds(keyed(withBuilds(), '2'))).toEqual([
      'clock',
      'session',
      'identity',
      'projects',
      'leftovers',
      'distributions',
    ]);
    expect(kinds(keyed(withBuilds(), 'enter', 'q'))).toContain('builds');
    expect(kinds(keyed(withBuilds(), 'enter', 'q'))).not.toContain('log');
  });

  it('keep their keys while nothing that matters to them changes', () => {
    const state = withBuilds();
    const before = keysOf(state);
    expect(keysOf(keyed(later(state, 1000), 'j', 'j', '?', 'esc', '/', 'a', 'enter'))).toEqual(before);
  });

  it('begin anew with a larger limit, another account, a raised attempt', () => {
    const state = withBuilds(connected(), pictureBuilds(), { more: true });
    const larger = { ...state, builds: { ...state.builds, limit: 100 } };
    expect(keysOf(larger)).toContain('builds/1/100');
    const other = hear(state, { type: 'target-chosen', target: { place: 'sandbox' } });
    expect(keysOf(other)).toEqual(['clock/1000', 'session/2']);
    const shipped = hear(
      keyed(state, '2'),
      { type: 'ship-started', id: 's', expiresHours: 1 },
      { type: 'ship-ended', id: 's' },
    );
    expect(keysOf(shipped)).toContain('distributions/1/2');
  });

  it('read the identity anew after expired credentials came back', () => {
    const error = new AppError({ kind: 'credentials', message: 'The credentials have expired.' });
    const expired = hear(withBuilds(), {
      type: 'builds',
      update: { kind: 'trouble', error, since: 1, nextTryAt: 2 },
    });
    expect(keysOf(expired)).toContain('identity/1/1');
    expect(keysOf(withBuilds(expired))).toContain('identity/1/2');
  });

  it('look after the sandbox where it does not answer, and only there', () => {
    const session = accountOf();
    const sandbox = { ...session.connection, place: 'sandbox' as const };
    const lost = (kind: 'network' | 'unavailable' | 'throttled') =>
      ({
        type: 'builds',
        update: { kind: 'trouble', error: new AppError({ kind, message: 'No.' }), since: 1, nextTryAt: 2 },
      }) as const;
    const inSandbox = withBuilds(connected(beginning(), { connection: sandbox }));
    expect(kinds(inSandbox)).not.toContain('revival');
    expect(kinds(hear(inSandbox, lost('network')))).toContain('revival');
    expect(kinds(hear(inSandbox, lost('unavailable')))).toContain('revival');
    expect(kinds(hear(inSandbox, lost('throttled')))).not.toContain('revival');
    expect(kinds(hear(withBuilds(), lost('network')))).not.toContain('revival');
  });

  it('read the profiles while another account is being chosen', () => {
    expect(kinds(keyed(withBuilds(), 'P'))).toContain('profiles');
    expect(kinds(keyed(withBuilds(), 'P', 'esc'))).not.toContain('profiles');
  });

  it('have keys of their own', () => {
    for (const state of [withBuilds(), keyed(withBuilds(), 'enter'), keyed(withBuilds(), 'P')]) {
      const keys = keysOf(state);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

describe('the clock', () => {
  it('ticks once a second only while something moves', () => {
    expect(clockOf(withBuilds())).toBe(1_000);
    expect(clockOf(withBuilds(connected(), ended))).toBe(60_000);
    expect(clockOf(keyed(withBuilds(), 'enter'))).toBe(1_000);
    expect(clockOf(keyed(withBuilds(), '2'))).toBe(60_000);
    expect(clockOf(beginning())).toBe(1_000);
  });

  it('rests on a build that has ended and whose log is read', () => {
    const opened = keyed(withBuilds(connected(), ended), 'enter');
    expect(clockOf(opened)).toBe(1_000);
    const id = ended[0]?.id ?? '';
    const read = hear(opened, {
      type: 'log',
      id,
      progress: {
        version: 1,
        count: 1,
        first: 0,
        origin: 0,
        older: undefined,
        gaps: 0,
        lastLinesAt: 1,
        throttled: 0,
        nextPollAt: undefined,
        waiting: undefined,
        trouble: undefined,
        end: { reason: 'complete' },
      },
    });
    expect(clockOf(read)).toBe(60_000);
  });

  it('ticks while a notice stands, and clears it', () => {
    const said = hear(withBuilds(connected(), ended), { type: 'said', tone: 'info', text: 'Hello.' });
    expect(clockOf(said)).toBe(1_000);
    expect(later(said, 7_000).notice).toBeDefined();
    const cleared = later(said, 8_000);
    expect(cleared.notice).toBeUndefined();
    expect(clockOf(cleared)).toBe(60_000);
  });
});
