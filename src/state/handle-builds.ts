import { shortId } from '../domain/build-id.ts';
import { consoleLink } from '../domain/console-link.ts';
import { expectedCost, usualOf } from '../domain/estimate.ts';
import { formatMoney } from '../domain/format.ts';
import { selectedBuild } from './builds-list.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { listRows } from './layout.ts';
import { pickerEntries } from './picker.ts';
import { selectedPackageIndex } from './reduce-distributions.ts';
import { shortProject } from './select-builds.ts';
import type { State } from './state.ts';
import { sortOrders } from './state-builds.ts';
import type { Question } from './state-overlay.ts';
import { actedOn } from './why-not.ts';

/** The list of builds, and what is done to a build from the list or its own screen. */
export const handleBuilds = {
  move: (state, key) => moved(state, key === 'up' || key === 'k' ? -1 : 1),
  page: (state, key) => {
    const up = key === 'pageup';
    if (state.route.screen === 'build') return [{ effect: 'log', move: { by: 'pages', count: up ? -1 : 1 } }];
    return moved(state, (up ? -1 : 1) * Math.max(1, listRows(state) - 1));
  },
  ends: (state, key) => {
    const first = key === 'g' || key === 'home';
    if (state.route.screen === 'build') return [{ effect: 'log', move: { to: first ? 'start' : 'end' } }];
    return moved(state, first ? 'first' : 'last');
  },
  open: (state) => {
    const build = selectedBuild(state.builds);
    return build ? [{ type: 'go', route: { screen: 'build', id: build.id, attempt: 1 } }] : [];
  },
  build: (state) => {
    const projects = state.session.state === 'open' ? state.session.deployment.projects : [];
    const [only, ...others] = projects;
    if (only === undefined) return [];
    if (others.length === 0) return startSteps(state, only);
    const marked = Math.max(0, projects.indexOf(actedOn(state)?.project ?? ''));
    return [{ type: 'overlay', overlay: { kind: 'picker', purpose: 'project', selected: marked } }];
  },
  stop: (state) => {
    const build = actedOn(state);
    if (!build) return [];
    return ask({
      kind: 'question',
      text: `Stop build ${shortId(build)} (${shortProject(build)})? What it has done so far is lost.`,
      yes: 'stop it',
      default: 'no',
      danger: true,
      onYes: { effect: 'stop', id: build.id },
    });
  },
  retry: (state) => {
    const build = actedOn(state);
    if (!build) return [];
    if (isSandbox(state)) return [{ effect: 'retry', id: build.id }];
    const project = state.builds.projects.find((it) => it.name === build.project);
    const environment = build.environment ?? project?.environment;
    const usual = usualOf(state.builds.list ?? [], build.project);
    const cost = expectedCost(environment, usual, state.env.prices);
    return ask({
      kind: 'question',
      text: `Start build ${shortId(build)} (${shortProject(build)}) again? ${cost === undefined ? 'Its cost is not known' : formatMoney(cost)}.`,
      yes: 'start',
      default: 'yes',
      danger: false,
      onYes: { effect: 'retry', id: build.id },
    });
  },
  filter: (state) => {
    const text = state.builds.filter;
    return [{ type: 'overlay', overlay: { kind: 'input', purpose: 'filter', text, before: text } }];
  },
  clear: (state) => (state.builds.filter === '' ? [] : [{ type: 'filtered', text: '' }]),
  sort: (state) => {
    const next = sortOrders[(sortOrders.indexOf(state.builds.sort) + 1) % sortOrders.length] ?? 'started';
    return [{ type: 'sorted', by: next }];
  },
  'copy-id': copyId,
  'copy-build-id': (state) => [{ type: 'overlay', overlay: undefined }, ...copyId(state)],
  console: (state) => {
    const build = actedOn(state);
    if (!build || state.session.state !== 'open') return [];
    const { connection, deployment } = state.session;
    const url = consoleLink(build, { ...connection, region: deployment.buildRegion });
    return url === undefined ? [] : [{ effect: 'open-url', url }];
  },
} satisfies Partial<Record<KeyId, Handler>>;

function copyId(state: State): readonly Step[] {
  const build = actedOn(state);
  return build ? [{ effect: 'copy', text: build.id, what: `The id of build ${shortId(build)}` }] : [];
}

const ask = (question: Question): readonly Step[] => [{ type: 'overlay', overlay: question }];

const isSandbox = (state: State) =>
  state.session.state === 'open' && state.session.connection.place === 'sandbox';

/** In the sandbox a build starts at once; on AWS what it builds from and costs is found out and asked first. */
export function startSteps(state: State, project: string): readonly Step[] {
  return [isSandbox(state) ? { effect: 'start', project } : { effect: 'prepare-start', project }];
}

function moved(state: State, by: number | 'first' | 'last'): readonly Step[] {
  if (state.overlay?.kind === 'picker') return picked(state, by);
  switch (state.route.screen) {
    case 'builds':
      return [{ type: 'build-moved', by }];
    case 'distributions':
      return selectedPackageIndex(state.distributions) < 0 ? [] : [{ type: 'distribution-moved', by }];
    case 'first-run':
      return picked(state, by);
    default:
      return [];
  }
}

function picked(state: State, by: number | 'first' | 'last'): readonly Step[] {
  const max = pickerEntries(state).length - 1;
  if (typeof by !== 'number') return [];
  return [{ type: 'overlay-scrolled', by, max }];
}
