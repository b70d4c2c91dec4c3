import { distributionSteps } from '../domain/distribution.ts';
import type { LastList } from '../domain/last-list.ts';
import type { ShipChoices } from '../domain/ship-form.ts';
import { noLeftoversYet } from './reduce-leftovers.ts';
import type { Environment, Route, State } from './state.ts';
import type { BuildsState, BuildView } from './state-builds.ts';
import type { DistributionsState } from './state-distributions.ts';
import type { LogProgress, LogView } from './state-log.ts';
import type { Target } from './state-session.ts';
import type { ShipRun, StepState } from './state-ship.ts';

/** Builds asked for at first, and by how many more as one scrolls. */
export const pageSize = 50;

export const noBuildsYet: BuildsState = {
  list: undefined,
  more: false,
  total: undefined,
  at: undefined,
  isLast: false,
  trouble: undefined,
  fresh: [],
  limit: pageSize,
  selected: undefined,
  top: 0,
  filter: '',
  sort: 'started',
  projects: [],
};

export const noDistributionsYet: DistributionsState = {
  list: undefined,
  record: undefined,
  at: undefined,
  trouble: undefined,
  selected: undefined,
  top: 0,
  attempt: 1,
};

export const emptyLog: LogProgress = {
  version: 0,
  count: 0,
  first: 0,
  origin: undefined,
  older: undefined,
  gaps: 0,
  lastLinesAt: undefined,
  throttled: 0,
  nextPollAt: undefined,
  waiting: undefined,
  trouble: undefined,
  end: undefined,
};

export function newLogView(): LogView {
  return {
    ...emptyLog,
    follow: true,
    top: 0,
    topRow: 0,
    left: 0,
    wrap: false,
    time: 'clock',
    countAtPause: 0,
    find: '',
    found: undefined,
    foundAt: undefined,
    findFrom: undefined,
    filter: '',
    context: 0,
    kept: undefined,
    mark: undefined,
    marks: {},
    lastMark: undefined,
    before: undefined,
  };
}

export function newBuildView(id: string, build: BuildView['build']): BuildView {
  return { id, build, trouble: undefined, log: newLogView(), diagnosis: undefined };
}

export function newShipRun(
  fields: Pick<ShipRun, 'id' | 'startedAt' | 'buildId' | 'renews' | keyof ShipChoices>,
): ShipRun {
  const steps = Object.fromEntries(
    distributionSteps.map((step) => [step, { state: 'waiting' } satisfies StepState]),
  ) as unknown as ShipRun['steps'];
  return { ...fields, state: 'running', movedAt: fields.startedAt, steps, notes: [] };
}

const lastBuilds = ({ builds, more, total, at }: LastList): BuildsState => ({
  ...noBuildsYet,
  list: builds,
  more,
  total,
  at,
  isLast: true,
});

/**
 * The state a program begins with. Without a target the first screen asks where builds shall run;
 * `opening`: a build named on the command line, opened as soon as it is found.
 */
export function initialState(options: {
  now: number;
  size: State['size'];
  env: Environment;
  target?: Target;
  opening?: string;
  /** The target's builds as they were when the program last ended: shown, with their age, until it answers. */
  last?: LastList;
}): State {
  const { now, size, env, target, opening, last } = options;
  const builds: Route = { screen: 'builds' };
  return {
    now,
    size,
    env,
    session: target ? { state: 'connecting', target, number: 1 } : { state: 'choosing', number: 0 },
    route: target ? builds : { screen: 'first-run', selected: 0 },
    trail: [],
    overlay: undefined,
    builds: last ? lastBuilds(last) : noBuildsYet,
    view: undefined,
    watch: { awaited: [], ended: [], endings: 0 },
    distributions: noDistributionsYet,
    ship: undefined,
    code: undefined,
    leftovers: noLeftoversYet,
    profiles: undefined,
    actions: {},
    messages: [],
    notice: undefined,
    opening,
    fatal: undefined,
    leaveAsked: false,
  };
}
