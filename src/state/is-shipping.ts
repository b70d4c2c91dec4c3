import type { State } from './state.ts';

/** Whether a distribution is being made. */
export const isShipping = (state: State) =>
  state.ship?.state === 'running' || state.ship?.state === 'cancelling';

/** The run that the ship screen shows; none while it shows the note of a package of the list. */
export const shownRun = ({ route, ship }: State) =>
  route.screen === 'ship' && route.of === undefined ? ship : undefined;
