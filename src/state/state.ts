import type { AppError } from '../domain/errors.ts';
import type { CodeLook } from '../domain/qr-picture.ts';
import type { PriceTable } from '../domain/settings.ts';
import type { ShipFormValues } from '../domain/ship-form.ts';
import type { ActionUnderWay } from './state-actions.ts';
import type { BuildsState, BuildView, WatchState } from './state-builds.ts';
import type { DistributionsState, LeftoversState, ShownCode } from './state-distributions.ts';
import type { Message, Notice } from './state-messages.ts';
import type { Overlay } from './state-overlay.ts';
import type { ProfileChoices, Session } from './state-session.ts';
import type { Asked, ShipRun } from './state-ship.ts';

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

export type Route =
  | { screen: 'first-run'; selected: number }
  | { screen: 'builds' }
  | { screen: 'build'; id: string; attempt: number }
  | { screen: 'distributions' }
  /** `of`: not the run, but the note of a package of the list; `top` its rows above the screen. */
  | { screen: 'ship'; of?: string; top?: number };
