import type { Services } from '../../src/domain/ports/services.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import type { Effect } from '../../src/state/effects.ts';
import type { Event } from '../../src/state/events.ts';
import { isEffect, type Step } from '../../src/state/handlers.ts';
import { initialState } from '../../src/state/initial.ts';
import { press } from '../../src/state/press.ts';
import { reduce } from '../../src/state/reduce.ts';
import type { Environment, State } from '../../src/state/state.ts';
import { createFakeAccount } from './fake-services.ts';
import { pictureBuilds, pictureTime } from './sample-builds.ts';

export const environment: Environment = {
  readOnly: false,
  ssh: false,
  timeZone: 'UTC',
  isTargetGiven: true,
  prices: defaultSettings.prices,
  expiresHours: 48,
};

/** The state after events, all at the same moment. */
export function hear(state: State, ...events: readonly Event[]): State {
  return events.reduce((now, event) => reduce(now, event, now.now), state);
}

/** The state at a later time. */
export const later = (state: State, ms: number): State => reduce(state, { type: 'tick' }, state.now + ms);

export const beginning = (env: Partial<Environment> = {}, size = { columns: 80, rows: 24 }): State =>
  initialState({
    now: pictureTime,
    size,
    env: { ...environment, ...env },
    target: { place: 'aws', profileName: 'ClaudeCode' },
  });

type Account = Partial<Pick<Services, 'connection' | 'deployment'>>;

/** Connected, nothing read yet. */
export function connected(state: State = beginning(), account: Account = {}): State {
  const { services } = createFakeAccount({
    now: () => pictureTime,
    deployment: { projects: ['claude-code-auth-windows-build', 'claude-code-auth-linux-x64-build'] },
  });
  return hear(state, {
    type: 'session-opened',
    number: 1,
    connection: account.connection ?? services.connection,
    deployment: account.deployment ?? services.deployment,
  });
}

/** Connected, with the builds of the picture in the list. */
export function withBuilds(
  state: State = connected(),
  builds = pictureBuilds(),
  more: { more?: boolean; total?: number } = {},
): State {
  return hear(state, {
    type: 'builds',
    update: {
      kind: 'snapshot',
      builds,
      more: more.more ?? false,
      total: more.total ?? builds.length,
      at: state.now,
      nextPollAt: state.now + 5_000,
    },
  });
}

/** What pressing keys leads to: the state after their events, and the effects they asked for. */
export function pressed(state: State, ...keys: readonly string[]): { state: State; effects: Effect[] } {
  let now = state;
  const effects: Effect[] = [];
  for (const key of keys) {
    const steps: readonly Step[] = press(now, key);
    for (const step of steps) {
      if (isEffect(step)) effects.push(step);
      else now = reduce(now, step, now.now);
    }
  }
  return { state: now, effects };
}

/** The state after keys. */
export const keyed = (state: State, ...keys: readonly string[]): State => pressed(state, ...keys).state;

/** The open account of a state. */
export function accountOf(state: State = connected()): Extract<State['session'], { state: 'open' }> {
  if (state.session.state !== 'open') throw new Error('No account is open.');
  return state.session;
}
