import type { State } from './state.ts';

/** Whether the screen shows a package that is there: always, but on the ship screen only once it is made. */
export const isMade = (state: State) =>
  state.route.screen !== 'ship' || state.route.of !== undefined || state.ship?.state === 'done';
