import type { State } from './state.ts';

/** Whether a distribution is being made. */
export const isShipping = (state: State) =>
  state.ship?.state === 'running' || state.ship?.state === 'cancelling';
