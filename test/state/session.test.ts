import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { pickerEntries } from '../../src/state/picker.ts';
import { selectBanner, selectTopBar } from '../../src/state/select-frame.ts';
import type { State } from '../../src/state/state.ts';
import {
  accountOf,
  beginning,
  connected,
  hear,
  keyed,
  later,
  pressed,
  withBuilds,
} from '../support/states.ts';

const unknown = new AppError({ kind: 'not-found', message: 'There is no profile nope.' });

describe('an account', () => {
  it('opens what was answered to the last asking only', () => {
    const session = accountOf();
    const { connection, deployment } = session;
    const other = hear(connected(), { type: 'target-chosen', target: { place: 'sandbox' } });
    const late = hear(other, { type: 'session-opened', number: 1, connection, deployment });
    expect(late.session.state).toBe('connecting');
  });

  it('shows what fails and tries on', () => {
    const error = new AppError({ kind: 'network', message: 'No network.', hint: 'Look at the cable.' });
    const state = hear(beginning(), {
      type: 'session-trouble',
      number: 1,
      trouble: { error, since: beginning().now - 2_000, nextTryAt: beginning().now + 3_000 },
    });
    expect(selectBanner(state)).toEqual({
      text: ['No network.'],
      hint: ['Look at the cable.'],
      when: 'since 10:35:14, next try in 3 s',
    });
    expect(selectTopBar(state).liveness).toBe('trouble');
    expect(connected(state).session.state).toBe('open');
  });

  it('ends the program where the command line named one that cannot be opened', () => {
    const state = hear(beginning(), { type: 'session-failed', number: 1, error: unknown });
    expect(state.fatal).toBe(unknown);
  });

  it('lets one choose again where it was settled earlier or chosen on the way', () => {
    const settled = hear(beginning({ isTargetGiven: false }), {
      type: 'session-failed',
      number: 1,
      error: unknown,
    });
    expect(settled.fatal).toBeUndefined();
    expect(settled.route.screen).toBe('first-run');
    expect(settled.notice?.text).toBe('There is no profile nope.');
    const switched = hear(
      connected(),
      { type: 'target-chosen', target: { place: 'aws', profileName: 'nope' } },
      { type: 'session-failed', number: 2, error: unknown },
    );
    expect(switched.fatal).toBeUndefined();
    expect(switched.route.screen).toBe('first-run');
  });

  it('forgets the builds of the last account, not what was said', () => {
    const state = hear(
      withBuilds(),
      { type: 'said', tone: 'good', text: 'Done.' },
      { type: 'target-chosen', target: { place: 'sandbox' } },
    );
    expect(state.builds.list).toBeUndefined();
    expect(state.session).toMatchObject({ state: 'connecting', number: 2 });
    expect(state.messages).toHaveLength(1);
  });

  it('ends the program where the build named on the command line is not there', () => {
    const state = hear({ ...connected(), opening: 'zzz' }, { type: 'opening-failed', error: unknown });
    expect(state.fatal).toBe(unknown);
  });
});

describe('the choice of an account', () => {
  const choosing: State = hear(
    {
      ...beginning(),
      session: { state: 'choosing', number: 0 },
      route: { screen: 'first-run', selected: 0 },
    },
    {
      type: 'profiles',
      choices: {
        profiles: [
          {
            name: 'ClaudeCode',
            awsRegion: 'eu-west-1',
            identityPoolName: 'claude-code-auth',
            stackNames: {},
            extraFiles: [],
          },
        ],
        active: 'ClaudeCode',
        awsProfiles: ['default', 'ClaudeCode'],
      },
    },
  );

  it('offers the sandbox first, then the profiles of ccwb, then those of AWS, each once', () => {
    expect(pickerEntries(choosing)).toMatchObject([
      { target: { place: 'sandbox' } },
      {
        target: { place: 'aws', profileName: 'ClaudeCode' },
        detail: 'AWS eu-west-1, profile of ccwb, active',
      },
      { target: { place: 'aws', profileName: 'default' } },
    ]);
  });

  it('takes the sandbox with Enter and remembers it', () => {
    const { state, effects } = pressed(choosing, 'enter');
    expect(state.session).toMatchObject({ state: 'connecting', target: { place: 'sandbox' }, number: 1 });
    expect(state.route).toEqual({ screen: 'builds' });
    expect(effects).toEqual([{ effect: 'remember-target', target: { place: 'sandbox' } }]);
  });

  it('takes a profile, and does not move beyond the ends', () => {
    const { state } = pressed(choosing, 'up', 'down', 'down', 'down', 'down', 'up', 'enter');
    expect(state.session).toMatchObject({ target: { place: 'aws', profileName: 'ClaudeCode' } });
  });

  it('switches from any screen with P', () => {
    const { state } = pressed(
      keyed({ ...withBuilds(), profiles: choosing.profiles }, 'enter'),
      'P',
      'down',
      'enter',
    );
    expect(state.session).toMatchObject({ state: 'connecting', number: 2 });
    expect(state.overlay).toBeUndefined();
  });
});

describe('the top bar', () => {
  const open = (fields: object): State => {
    const session = accountOf();
    return connected(beginning(), { connection: { ...session.connection, ...fields } });
  };

  it('counts the credentials down and says when they have ended', () => {
    const state = open({ credentialsExpireAt: beginning().now + 20 * 60_000 });
    expect(selectTopBar(state).credentials).toEqual({ text: '20m', isShort: false });
    expect(selectTopBar(later(state, 6 * 60_000)).credentials).toEqual({ text: '14m', isShort: true });
    expect(selectTopBar(later(state, 20 * 60_000)).credentials).toEqual({ text: 'expired', isShort: true });
  });

  it('says nothing of credentials that do not end or whose end is not known', () => {
    expect(selectTopBar(open({})).credentials).toBeUndefined();
    expect(selectTopBar(open({ credentialsExpireAt: 'unknown' })).credentials).toBeUndefined();
  });
});
