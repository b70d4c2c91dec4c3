import type { Build, BuildStatus } from '../domain/build.ts';
import { shortId } from '../domain/build-id.ts';
import { durationText, roughDuration, shortDuration, startText } from '../domain/durations.ts';
import {
  costOf,
  manualsWindowsMinutes,
  progressOf,
  timeLeft,
  type Usual,
  usualOf,
} from '../domain/estimate.ts';
import { formatMoney } from '../domain/format.ts';
import { elapsed, firstFailure } from '../domain/phases.ts';
import { statusWord } from '../domain/status-words.ts';
import { isRunning, selectedIndex, shownBuilds } from './builds-list.ts';
import { knownUntil, listRows } from './layout.ts';
import type { State } from './state.ts';

/** A row of the builds list, as text. Fields without a value are undefined and drawn as a dash. */
export type BuildRow = {
  id: string;
  short: string;
  isSelected: boolean;
  status: BuildStatus;
  statusWord: string;
  started: string | undefined;
  time: string | undefined;
  phase: string | undefined;
  target: string;
  cost: string | undefined;
  number: string | undefined;
  initiator: string | undefined;
  project: string;
  /** 0 to 1 for a running build whose usual time is known. */
  progress: number | undefined;
  second: SecondLine | undefined;
};

/** The line under a row: how far the marked running one is, why the newest failed one failed. */
export type SecondLine =
  | { kind: 'progress'; progress: number | undefined; text: string }
  | { kind: 'failure'; text: string };

/** Short names of the phases, for narrow columns. */
const phaseWords: Readonly<Record<string, string>> = {
  PROVISIONING: 'PROVISION',
  DOWNLOAD_SOURCE: 'SOURCE',
  UPLOAD_ARTIFACTS: 'UPLOAD',
  FINALIZING: 'FINALIZE',
};

export const phaseWord = (type: string) => phaseWords[type] ?? type;

/** What a build is called for short: its target, else its project. */
export function shortProject(build: Build): string {
  return build.target === 'unknown' ? build.project : build.target;
}

/** The rows on screen; `rows` lines at most, second lines counted. */
export function selectBuildRows(state: State): BuildRow[] {
  const shown = shownBuilds(state.builds);
  const marked = shown[selectedIndex(shown, state.builds.selected)];
  const newestFailed = state.builds.list?.find(
    (build) => !isRunning(build) && build.status !== 'SUCCEEDED' && build.status !== 'STOPPED',
  );
  const rows: BuildRow[] = [];
  let left = listRows(state);
  const { top } = state.builds;
  for (const build of shown.slice(top, top + left)) {
    if (left <= 0) break;
    const row = buildRow(state, build, build === marked, build === newestFailed);
    left -= row.second ? 2 : 1;
    rows.push(left < 0 ? { ...row, second: undefined } : row);
  }
  return rows;
}

function buildRow(state: State, build: Build, isSelected: boolean, isNewestFailed: boolean): BuildRow {
  const { now, env } = state;
  const until = knownUntil(state);
  const time = elapsed(build, until);
  const usual = isRunning(build) ? usualFor(state, build) : undefined;
  return {
    id: build.id,
    short: shortId(build),
    isSelected,
    status: build.status,
    statusWord: statusWord(build.status),
    started: build.startedAt === undefined ? undefined : startText(build.startedAt, now, env.timeZone),
    time: time === undefined ? undefined : durationText(time),
    phase: phaseOf(build),
    target: shortProject(build),
    cost: costText(state, build),
    number: build.number === undefined ? undefined : `#${build.number}`,
    initiator: initiatorText(build),
    project: build.project,
    progress: usual ? progressOf(build, usual, until) : undefined,
    second: secondLine(state, build, isSelected, isNewestFailed, usual),
  };
}

function phaseOf(build: Build): string | undefined {
  if (isRunning(build)) return build.currentPhase && phaseWord(build.currentPhase);
  const failed = firstFailure(build);
  return failed && phaseWord(failed.type);
}

/** Who started it, without the path of the role: `alice` of `arn:…:assumed-role/Admin/alice`. */
export function initiatorText(build: Build): string | undefined {
  return build.initiator?.split('/').at(-1);
}

/** What it has cost so far, as an estimate; undefined in the sandbox and for a machine without a known rate. */
export function costText(state: State, build: Build): string | undefined {
  const { session } = state;
  if (session.state !== 'choosing' && session.target.place === 'sandbox') return undefined;
  const cost = costOf(build, state.env.prices, knownUntil(state));
  return cost === undefined ? undefined : formatMoney(cost);
}

/** The usual time of the build's project, of the builds the list knows. */
export function usualFor(state: State, build: Build): Usual | undefined {
  const list = state.builds.list ?? noBuilds;
  const known = usuals.get(list) ?? new Map<string, Usual | undefined>();
  usuals.set(list, known);
  if (!known.has(build.project)) known.set(build.project, usualOf(list, build.project));
  return known.get(build.project);
}

/** Told once for each answer of AWS, not at every drawing: the list may be ten thousand builds long. */
const usuals = new WeakMap<readonly Build[], Map<string, Usual | undefined>>();
const noBuilds: readonly Build[] = [];

function secondLine(
  state: State,
  build: Build,
  isSelected: boolean,
  isNewestFailed: boolean,
  usual: Usual | undefined,
): SecondLine | undefined {
  if (isRunning(build)) {
    if (!isSelected) return undefined;
    const until = knownUntil(state);
    const progress = usual && progressOf(build, usual, until);
    return { kind: 'progress', progress, text: progressText(build, usual, until) };
  }
  if (!isNewestFailed) return undefined;
  const context = firstFailure(build)?.contexts[0];
  if (!context) return undefined;
  return {
    kind: 'failure',
    text: context.code === '' ? context.message : `${context.code}: ${context.message}`,
  };
}

/** `41% of the usual 12m40, ~7m left`; what is not known is said, not guessed. */
export function progressText(build: Build, usual: Usual | undefined, now: number): string {
  if (!usual) return usualUnknown(build);
  const percent = Math.floor(100 * progressOf(build, usual, now));
  const left = timeLeft(build, usual, now);
  const usually = shortDuration(usual.total);
  if (left === undefined || left <= 0 || percent >= 100) return `longer than the usual ${usually}`;
  return `${percent}% of the usual ${usually}, ${roughDuration(left)} left`;
}

/** Without history: the manual's figure for Windows, marked as what it is. */
function usualUnknown(build: Build): string {
  const { from, to } = manualsWindowsMinutes;
  return build.target === 'windows'
    ? `usual time not known yet (the manual says ${from}–${to} min)`
    : 'usual time not known yet';
}
