import type { Build, Project } from '../domain/build.ts';
import type { Diagnosis } from '../domain/diagnosis/diagnose.ts';
import type {
  Distribution,
  DistributionQuestion,
  DistributionRecord,
  DistributionStep,
  ExpiryCause,
  LeftoverRun,
  PackageEntry,
} from '../domain/distribution.ts';
import type { AppError } from '../domain/errors.ts';
import type { LogEnd } from '../domain/log.ts';
import type { PackageTree } from '../domain/package-tree.ts';
import type { CcwbProfile, Connection, Deployment } from '../domain/profile.ts';
import type { CodeLook, QrCode } from '../domain/qr-picture.ts';
import type { PriceTable } from '../domain/settings.ts';
import type { ShipField, ShipFormValues } from '../domain/ship-form.ts';
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
  watch: WatchState;
  distributions: DistributionsState;
  ship: ShipRun | undefined;
  /** What the revocation under way asks. */
  revokeAsks?: Asked | undefined;
  /** The link that is shown as a QR code. */
  code: ShownCode | undefined;
  leftovers: LeftoversState;
  /** What the form was last sent off with. */
  shipForm?: ShipFormValues;
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
  /** How QR codes are drawn; absent where they cannot be. */
  codeLook?: CodeLook;
};

export type ShownCode = { url: string; code: QrCode };

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
  /** `of`: not the run, but the note of a package of the list; `top` its rows above the screen. */
  | { screen: 'ship'; of?: string; top?: number };

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

/** The log's counters, as the model outside the state reports them. */
export type LogProgress = {
  /** Raised with every change of the lines. */
  version: number;
  /** Number of the next line at the end. Lines keep their numbers; older ones that come later have negative ones. */
  count: number;
  /** Number of the oldest line still held. */
  first: number;
  /** Number of the log's very first line, held or not; undefined until it is known. */
  origin: number | undefined;
  /** Of the lines before the first: they are being read, or there is no room for them. */
  older: 'loading' | 'not-held' | undefined;
  gaps: number;
  /** Epoch ms of the last answer that held lines. */
  lastLinesAt: number | undefined;
  throttled: number;
  /** Epoch ms at which the log is asked for again; undefined while nobody knows. */
  nextPollAt: number | undefined;
  waiting: 'build-queued' | 'stream-not-created' | undefined;
  trouble: Trouble | undefined;
  end: { reason: LogEnd; detail?: string } | undefined;
};

/** The first column of the log: clock times in the local zone or in UTC, time since the build's start, or nothing. */
export const timeColumns = ['clock', 'utc', 'since', 'off'] as const;
export type TimeColumn = (typeof timeColumns)[number];

/** What looking through a log has found so far. */
export type Findings = {
  /** Lines: those with a hit, or those that a filter shows. */
  count: number;
  /** Whether all lines that there are were looked at. */
  isComplete: boolean;
  /** Why what was typed is looked for as plain text. */
  problem?: string;
};

export type LogView = LogProgress & {
  follow: boolean;
  /** Line, and row of it where lines are wrapped, at the top of the window while not following. */
  top: number;
  topRow: number;
  /** Columns scrolled to the right; never where lines are wrapped. */
  left: number;
  wrap: boolean;
  time: TimeColumn;
  /** Lines that were there when following was paused, for "46 new below". */
  countAtPause: number;
  /** What is looked for in the log; hits are marked on screen. */
  find: string;
  found: Findings | undefined;
  /** How many hits lie before the line jumped to, where that is one. */
  foundAt: number | undefined;
  /** Where typing began to look for something: hits are counted from there, and `esc` leads back. */
  findFrom: LogSpot | undefined;
  /** Only lines that hold this are shown, with so many lines around each. */
  filter: string;
  context: number;
  kept: Findings | undefined;
  /** Line that was jumped to: a hit, an error, the beginning of a phase, a mark. */
  mark: number | undefined;
  /** Lines marked by letters. */
  marks: Readonly<Record<string, number>>;
  /** The letter marked last: the other end of the range that is copied. */
  lastMark: string | undefined;
  /** Where the reader was before the last jump, for `''`. */
  before: LogSpot | undefined;
};

/** Where the window stands, and the line it was moved there for. */
export type LogPlacement = Pick<LogView, 'follow' | 'top' | 'topRow'> & { mark?: number | undefined };

/** A place the reader may come back to. */
export type LogSpot = Pick<LogView, 'follow' | 'top' | 'topRow' | 'mark'>;

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

/** Distributions that were cut off on this machine, oldest first. */
export type LeftoversState = {
  list: readonly LeftoverRun[];
  /** Whether they were asked about since the account was opened. */
  isAsked: boolean;
};

export type StepState = {
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  detail?: string;
  /** Bytes. */
  progress?: { done: number; total: number; rate?: number };
  startedAt?: number;
  endedAt?: number;
};

/** The making of a distribution, as far as it came. */
export type ShipRun = {
  id: string;
  state: 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';
  expiresHours: number;
  buildId?: string;
  /** Key of the package that only gets another link. */
  renews?: string;
  allowedIps?: readonly string[];
  packagePath?: string;
  startedAt: number;
  /** When the run last told anything but trouble. */
  movedAt: number;
  steps: Readonly<Record<DistributionStep, StepState>>;
  notes: readonly { step: DistributionStep; text: string }[];
  /** `estimate`: by the credentials at hand as the run began. */
  shortLink?: { askedUntil: number; expiresAt: number; cause: ExpiryCause; estimate?: true };
  error?: AppError;
  /** A call of the run fails for now and is tried again. */
  trouble?: Trouble;
  distribution?: Distribution;
  /** Rows of the note above the screen. */
  noteTop?: number;
  /** What the package holds; known from CHECK on. */
  tree?: PackageTree;
  asks?: Asked;
};

/** What a run waits to have answered, and the first of its lines on screen. */
export type Asked = { question: DistributionQuestion; top: number };

export type ProfileChoices = {
  profiles: readonly CcwbProfile[];
  active?: string;
  awsProfiles: readonly string[];
  error?: AppError;
};

export type ActionKind =
  | 'start'
  | 'stop'
  | 'retry'
  | 'prepare'
  | 'ship'
  | 'save'
  | 'clean-up'
  | 'look'
  | 'verify'
  | 'download'
  | 'remove';
export type ActionUnderWay = { kind: ActionKind; label: string; startedAt: number };

export type Tone = 'info' | 'good' | 'warn' | 'bad';
export type Message = { at: number; tone: Tone; text: string; hint?: string };
export type Notice = { text: string; tone: Tone; until: number };

export type InputPurpose = 'filter' | 'save-note' | 'save-code' | 'download' | LogInput;
/** Lines that are typed about the open log. */
export type LogInput = 'find' | 'keep' | 'command' | 'save';

export type Overlay =
  | { kind: 'help'; top: number }
  | { kind: 'messages'; top: number }
  /** What the package of the run holds. */
  | { kind: 'tree'; top: number }
  | Question
  /** A line of text being typed. */
  | { kind: 'input'; purpose: InputPurpose; text: string; before: string }
  /** What a package shall be made with. `tried`: Enter was pressed, and something is wrong. */
  | {
      kind: 'ship-form';
      field: ShipField;
      values: ShipFormValues;
      tried: boolean;
      /** Why the folder that stood there was of no use. */
      refused?: { folder: string; why: string };
    }
  /** One letter is waited for: the name of a mark that is set, or gone to. */
  | { kind: 'letter'; purpose: 'mark' | 'goto' }
  /** A distribution that was cut off: finish it, remove it, or later. */
  | { kind: 'leftover' }
  /** What of the log shall be copied. */
  | { kind: 'copy' }
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
