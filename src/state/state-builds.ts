import type { Build, Project } from '../domain/build.ts';
import type { Diagnosis } from '../domain/diagnosis/diagnose.ts';
import type { LogView } from './state-log.ts';
import type { Trouble } from './state-trouble.ts';

export const sortOrders = ['started', 'time', 'status', 'target'] as const;

export type SortOrder = (typeof sortOrders)[number];

export type BuildsState = {
  /** Newest first, as last answered; undefined before the first answer. */
  list: readonly Build[] | undefined;
  /** Whether older builds exist that were not asked for yet. */
  more: boolean;
  total: number | undefined;
  /** When the answer came. */
  at: number | undefined;
  /** The answer is that of an earlier run of the program: nothing has been answered in this one. */
  isLast: boolean;
  trouble: Trouble | undefined;
  /** Builds we started that no answer has held yet, and until when they are shown all the same. */
  fresh: readonly { build: Build; until: number }[];
  /** How many are asked for; grows as one scrolls down. */
  limit: number;
  /** Id of the build the marker stands on. */
  selected: string | undefined;
  /** Index, in the shown list, of the first row on screen. */
  top: number;
  filter: string;
  sort: SortOrder;
  /** Projects with their environments, for targets and prices of builds to come. */
  projects: readonly Project[];
};

export type BuildView = {
  id: string;
  /** Absent until known. */
  build: Build | undefined;
  trouble: Trouble | undefined;
  log: LogView;
  /** What is known to be wrong with it, once it has ended. */
  diagnosis: Diagnosis | undefined;
};

/** The builds whose end is told when it comes. */
export type WatchState = {
  /** Ids of those that still run. */
  awaited: readonly string[];
  /** Those that ended, the last one last; bounded. */
  ended: readonly Build[];
  /** How many ended so far. */
  endings: number;
};
