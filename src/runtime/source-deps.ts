import type { Clock } from '../domain/clock.ts';
import type { ProfilesService } from '../domain/ports/profiles.ts';
import type { State } from '../state/state.ts';
import type { LogModels } from './log-models.ts';
import type { SessionDeps } from './session.ts';

/** What the streams behind the feeds draw from. */
export type SourceDeps = SessionDeps & {
  clock: Clock;
  profiles: ProfilesService | undefined;
  logs: LogModels;
  get: () => State;
  /** Shows a line of the open log. */
  jump: (line: number) => void;
};

/** Pause before something is tried again that only decorates the screen. */
export const retryMs = 10_000;
