import type { Effect } from './effects.ts';
import type { Event } from './events.ts';
import { handleBuilds } from './handle-builds.ts';
import { handleLeftovers } from './handle-leftovers.ts';
import { handleLinks } from './handle-links.ts';
import { handleLog } from './handle-log.ts';
import { handleNote } from './handle-note.ts';
import { handleOverlays } from './handle-overlays.ts';
import { handleProgram } from './handle-program.ts';
import { handleShip } from './handle-ship.ts';
import { handleShipForm } from './handle-ship-form.ts';
import { handleShipQuestion } from './handle-ship-question.ts';
import type { KeyId } from './keymap.ts';
import type { State } from './state.ts';

/** What a key leads to: events change the state, effects are performed outside. */
export type Step = Event | Effect;

/** What a key does in a state; told which of the entry's keys it was. */
export type Handler = (state: State, key: string) => readonly Step[];

/** One handler for every entry of the key table: a missing one does not compile. */
export const handlers: Record<KeyId, Handler> = {
  ...handleProgram,
  ...handleOverlays,
  ...handleBuilds,
  ...handleLog,
  ...handleShip,
  ...handleNote,
  ...handleLeftovers,
  ...handleShipQuestion,
  ...handleLinks,
  ...handleShipForm,
};

export const isEffect = (step: Step): step is Effect => 'effect' in step;
