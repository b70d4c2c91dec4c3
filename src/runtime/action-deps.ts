import type { Build } from '../domain/build.ts';
import type { Clock } from '../domain/clock.ts';
import type { LogFiles } from '../domain/ports/log-files.ts';
import type { Services } from '../domain/ports/services.ts';
import type { SettingsStore } from '../domain/settings.ts';
import type { Terminal } from '../domain/terminal.ts';
import type { Effect } from '../state/effects.ts';
import type { Event } from '../state/events.ts';
import type { State } from '../state/state.ts';
import type { LogModels } from './log-models.ts';
import type { SessionHolder } from './session.ts';

/** What actions work with. */
export type ActionDeps = {
  holder: SessionHolder;
  clock: Clock;
  terminal: Pick<Terminal, 'copy' | 'outside' | 'suspend' | 'capabilities'>;
  settings: Pick<SettingsStore, 'update'>;
  files: LogFiles;
  logs: LogModels;
  get: () => State;
  dispatch: (event: Event) => void;
  /** A fresh idempotency token: one for each thing the user wants once. */
  newToken: () => string;
  openUrl: ((url: string) => void) | undefined;
  /** Notes a build that was started, for ccwb's `--status latest`. */
  recordLatestBuild: ((build: Build, services: Services) => Promise<void>) | undefined;
  quit: () => void;
};

/** The effect of that name, with what it asks for. */
export type Asked<Name extends Effect['effect']> = Extract<Effect, { effect: Name }>;

/** A performer for each effect of those names: a missing one does not compile. */
export type Performers<Names extends Effect['effect']> = {
  [Name in Names]: (asked: Asked<Name>) => void;
};
