import type { DistributionEvent, DistributionStep } from '../domain/distribution.ts';
import { scrolledTo } from './builds-list.ts';
import type { Event } from './events.ts';
import { newShipRun } from './initial.ts';
import { listRows } from './layout.ts';
import type { State } from './state.ts';
import type { DistributionsState } from './state-distributions.ts';
import type { ShipRun, StepState } from './state-ship.ts';

/** The packages of the bucket, and the making of one. */
export function reduceDistributions(state: State, event: Event): State {
  switch (event.type) {
    case 'distributions':
      return placed({ ...state, distributions: { ...state.distributions, ...answerOf(state, event) } });
    case 'distributions-trouble':
      return { ...state, distributions: { ...state.distributions, trouble: event.trouble } };
    case 'distributions-changed': {
      const { attempt } = state.distributions;
      return { ...state, distributions: { ...state.distributions, attempt: attempt + 1 } };
    }
    case 'distribution-moved':
      return move(state, event.by);
    case 'ship-started': {
      const { type: _, ...fields } = event;
      return { ...state, ship: newShipRun({ ...fields, startedAt: state.now }) };
    }
    case 'ship':
      return state.ship?.id === event.id
        ? { ...state, ship: moved(state, advance(state, state.ship, event.event), event.event) }
        : state;
    case 'ship-cancelling':
      return state.ship?.id === event.id ? { ...state, ship: { ...state.ship, state: 'cancelling' } } : state;
    case 'ship-ended':
      return state.ship?.id === event.id ? ended(state, state.ship, event) : state;
    default:
      return state;
  }
}

function answerOf(
  state: State,
  event: Extract<Event, { type: 'distributions' }>,
): Partial<DistributionsState> {
  const selected = state.distributions.selected ?? event.list[0]?.key;
  return {
    list: event.list,
    record: event.record,
    isUnsure: event.unsure === true,
    at: state.now,
    trouble: undefined,
    selected,
  };
}

export function selectedPackageIndex(state: DistributionsState): number {
  if (!state.list?.length) return -1;
  return Math.max(
    0,
    state.list.findIndex((entry) => entry.key === state.selected),
  );
}

function move(state: State, by: number | 'first' | 'last'): State {
  const { distributions } = state;
  const list = distributions.list ?? [];
  const from = selectedPackageIndex(distributions);
  if (from < 0) return state;
  const to = by === 'first' ? 0 : by === 'last' ? list.length - 1 : from + by;
  const selected = list[Math.max(0, Math.min(list.length - 1, to))]?.key;
  return placed({ ...state, distributions: { ...distributions, selected } });
}

/** Rows below the list that show the marked package whole. */
export const packageDetailRows = 7;

function placed(state: State): State {
  const { distributions } = state;
  const count = distributions.list?.length ?? 0;
  const rows = Math.max(1, listRows(state) - packageDetailRows);
  const top = scrolledTo(Math.max(0, selectedPackageIndex(distributions)), distributions.top, rows, count);
  return top === distributions.top ? state : { ...state, distributions: { ...distributions, top } };
}

function advance(state: State, run: ShipRun, event: DistributionEvent): ShipRun {
  switch (event.kind) {
    case 'step':
      return event.state === 'started'
        ? withStep(guessed(calm(run), event.step), event.step, { state: 'running', startedAt: state.now })
        : withStep(run, event.step, {
            ...run.steps[event.step],
            state: 'done',
            detail: event.detail,
            endedAt: state.now,
          });
    case 'progress': {
      const { kind: _, step: __, ...progress } = event;
      return withStep(run, event.step, { ...run.steps[event.step], progress });
    }
    case 'cancelled':
      return { ...run, left: event.text };
    case 'note':
      return { ...run, notes: [...run.notes, { step: event.step, text: event.text }] };
    case 'tree':
      return { ...run, tree: event.tree };
    case 'short-link': {
      const { kind: _, ...shortLink } = event;
      return { ...run, shortLink };
    }
    case 'trouble': {
      const { error, since, nextTryAt } = event;
      return { ...run, trouble: { error, since: run.trouble?.since ?? since, nextTryAt } };
    }
    case 'recovered':
      return calm(run);
    case 'done':
      return { ...run, state: 'done', distribution: event.distribution };
  }
}

/** A run that tells nothing but trouble does not move. */
function moved(state: State, run: ShipRun, event: DistributionEvent): ShipRun {
  return event.kind === 'trouble' ? run : { ...run, movedAt: state.now };
}

/** With LINK it is no longer guessed how long the link can live: it is told again where that is short. */
function guessed(run: ShipRun, step: DistributionStep): ShipRun {
  if (step !== 'LINK' || !run.shortLink?.estimate) return run;
  const { shortLink: _guess, ...rest } = run;
  return rest;
}

function calm(run: ShipRun): ShipRun {
  const { trouble: _over, ...rest } = run;
  return rest;
}

function withStep(run: ShipRun, step: DistributionStep, fields: StepState): ShipRun {
  return { ...run, steps: { ...run.steps, [step]: fields } };
}

function ended(state: State, last: ShipRun, event: Extract<Event, { type: 'ship-ended' }>): State {
  const run = calm(last);
  const { list, attempt } = state.distributions;
  // An empty list would say that there is no package, and there may be one now.
  const reread = { ...state.distributions, list: list?.length ? list : undefined, attempt: attempt + 1 };
  if (run.state === 'done') return { ...state, ship: run, distributions: reread };
  const running = Object.entries(run.steps).find(([, step]) => step.state === 'running');
  const result = event.error ? 'failed' : 'stopped';
  const stopped = running
    ? withStep(run, running[0] as DistributionStep, { ...running[1], state: result, endedAt: state.now })
    : run;
  const ship: ShipRun = event.error
    ? { ...stopped, state: 'failed', error: event.error }
    : { ...stopped, state: 'cancelled' };
  return { ...state, ship, distributions: reread };
}
