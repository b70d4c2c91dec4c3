import type { Build, Project } from '../domain/build.ts';
import type {
  Distribution,
  DistributionRecord,
  DistributionStep,
  ExpiryCause,
  PackageEntry,
} from '../domain/distribution.ts';
import type { AppError } from '../domain/errors.ts';
import type { CcwbProfile, Connection, Deployment } from '../domain/profile.ts';
import type { PriceTable } from '../domain/settings.ts';
import type { Effect } from './effects.ts';

/** Everything the program knows that a screen may show. Plain data: the log's lines live outside (runtime/log-models). */
export type State = {
  /** Epoch ms of the last event; ages and durations are counted from it. */
  now: number;
  size: { columns: number; rows: number };
  env: Environment;
  session: Session;
  route: Route;
  /** Screens to go back to, the nearest last. */
  trail: readonly Route[];
  overlay: Overlay | undefined;
  builds: BuildsState;
  /** The build that was opened last. */
  view: BuildView | undefined;
  distributions: DistributionsState;
  ship: ShipRun | undefined;
  profiles: ProfileChoices | undefined;
  /** Actions under way, by their id; they survive navigation. */
  actions: Readonly<Record<string, ActionUnderWay>>;
  /** What was said in this session, oldest first, bounded. */
  messages: readonly Message[];
  /** The message in the line above the footer, until a key or its time clears it. */
  notice: Notice | undefined;
  /** A build named on the command line that is still being looked for: an id, a prefix, `latest`. */
  opening: string | undefined;
  /** What the program cannot go on with: it ends and says this. */
  fatal: AppError | undefined;
  /** Set by the first Ctrl-C or q while an upload or start of ours runs: the second one leaves. */
  leaveAsked: boolean;
};

/** What never changes while the program runs. */
export type Environment = {
  readOnly: boolean;
  /** Inside SSH: never start a browser. */
  ssh: boolean;
  /** IANA name for clock times. */
  timeZone: string;
  /** The account was named on the command line: a wrong one ends the program. */
  isTargetGiven: boolean;
  prices: PriceTable;
  expiresHours: number;
};

/** Which account to open. */
export type Target = { place: 'sandbox' } | { place: 'aws'; profileName?: string };

/** Something that fails for now and is tried again. */
export type Trouble = { error: AppError; since: number; nextTryAt: number };

export type Session =
  | { state: 'choosing'; number: number }
  | { state: 'connecting'; target: Target; number: number; trouble?: Trouble }
  | {
      state: 'open';
      target: Target;
      /** Counts the accounts opened so far: part of every feed's key. */
      number: number;
      connection: Connection;
      deployment: Deployment;
      /** Raised to have the identity read again at once. */
      identityAttempt: number;
    };

export type Route =
  | { screen: 'first-run'; selected: number }
  | { screen: 'builds' }
  | { screen: 'build'; id: string; attempt: number }
  | { screen: 'distributions' }
  | { screen: 'ship' };

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
};

/** The log's counters, as the model outside the state reports them. */
export type LogProgress = {
  /** Raised with every change of the lines. */
  version: number;
  /** Lines so far; they keep their numbers, from 0 on. */
  count: number;
  /** Number of the oldest line still held. */
  first: number;
  gaps: number;
  /** Epoch ms of the last answer that held lines. */
  lastLinesAt: number | undefined;
  throttled: number;
  waiting: 'build-queued' | 'stream-not-created' | undefined;
  trouble: Trouble | undefined;
  end: { reason: 'complete' | 'no-log' | 'disabled' | 's3-only'; detail?: string } | undefined;
};

export type LogView = LogProgress & {
  follow: boolean;
  /** Line at the top of the window while not following. */
  top: number;
  /** Columns scrolled to the right. */
  left: number;
  showTime: boolean;
  /** Lines that were there when following was paused, for "46 new below". */
  countAtPause: number;
  /** What is looked for in the log; hits are marked on screen. */
  find: string;
  /** Line that was jumped to: a hit, an error, the beginning of a phase. */
  mark: number | undefined;
};

export type DistributionsState = {
  list: readonly PackageEntry[] | undefined;
  record: DistributionRecord | undefined;
  at: number | undefined;
  trouble: Trouble | undefined;
  selected: string | undefined;
  top: number;
  /** Raised to have the list read again at once. */
  attempt: number;
};

export type StepState = {
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  detail?: string;
  /** Bytes. */
  progress?: { done: number; total: number };
  startedAt?: number;
  endedAt?: number;
};

/** The making of a distribution, as far as it came. */
export type ShipRun = {
  id: string;
  state: 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';
  expiresHours: number;
  buildId?: string;
  startedAt: number;
  /** When the run last told anything but trouble. */
  movedAt: number;
  steps: Readonly<Record<DistributionStep, StepState>>;
  notes: readonly { step: DistributionStep; text: string }[];
  shortLink?: { askedUntil: number; expiresAt: number; cause: ExpiryCause };
  error?: AppError;
  /** A call of the run fails for now and is tried again. */
  trouble?: Trouble;
  distribution?: Distribution;
};

export type ProfileChoices = {
  profiles: readonly CcwbProfile[];
  active?: string;
  awsProfiles: readonly string[];
  error?: AppError;
};

export type ActionKind = 'start' | 'stop' | 'retry' | 'prepare' | 'ship';
export type ActionUnderWay = { kind: ActionKind; label: string; startedAt: number };

export type Tone = 'info' | 'good' | 'warn' | 'bad';
export type Message = { at: number; tone: Tone; text: string; hint?: string };
export type Notice = { text: string; tone: Tone; until: number };

export type Overlay =
  | { kind: 'help'; top: number }
  | { kind: 'messages'; top: number }
  | Question
  /** A line of text being typed. */
  | { kind: 'input'; purpose: 'filter' | 'find' | 'hours'; text: string; before: string }
  /** Something to read whole, with a title: the console link, a long message. `raw`: what `u` shows unbroken. */
  | { kind: 'sheet'; title: string; lines: readonly string[]; raw?: string }
  | { kind: 'picker'; purpose: 'project' | 'profile'; selected: number };

/** Asked in the lines above the footer. `default` is what Enter does. */
export type Question = {
  kind: 'question';
  text: string;
  yes: string;
  default: 'yes' | 'no';
  danger: boolean;
  onYes: Effect;
};
