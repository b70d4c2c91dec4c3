import type { Build } from '../domain/build.ts';
import type { Event } from './events.ts';
import { newBuildView } from './initial.ts';
import { noticeOf, say } from './say.ts';
import type { Route, State } from './state.ts';
import type { Overlay } from './state-overlay.ts';

const longestTyped = 200;

/** Size, screens, overlays and what is said. */
export function reduceScreens(state: State, event: Event): State {
  switch (event.type) {
    case 'resized':
      if (state.size.columns === event.columns && state.size.rows === event.rows) return state;
      return { ...state, size: { columns: event.columns, rows: event.rows } };
    case 'go':
      return go(state, event.route);
    case 'opened': {
      const { id } = event.build;
      const next = { ...state, opening: undefined };
      return withBuild(go(next, { screen: 'build', id, attempt: 1 }), event.build);
    }
    case 'build-started':
      // Whoever started it from another build's screen wants to see the new one.
      if (state.route.screen !== 'build') return state;
      return withBuild(go(back(state), { screen: 'build', id: event.build.id, attempt: 1 }), event.build);
    case 'back':
      return back(state);
    case 'overlay':
      return state.overlay === event.overlay ? state : { ...state, overlay: event.overlay };
    case 'overlay-scrolled':
      return scrollOverlay(state, event.by, event.max);
    case 'typed':
      if (state.overlay?.kind !== 'input') return state;
      return { ...state, overlay: { ...state.overlay, text: event.text.slice(0, longestTyped) } };
    case 'ship-form-sent':
      return { ...state, shipForm: event.values };
    case 'said':
      return say(state, event.tone, event.text, event.hint);
    case 'noticed':
      return { ...state, notice: noticeOf('info', event.text, state.now) };
    case 'notice-cleared':
      return state.notice || state.leaveAsked ? { ...state, notice: undefined, leaveAsked: false } : state;
    case 'leave-asked':
      return { ...state, leaveAsked: true };
    default:
      return state;
  }
}

const isSame = (a: Route, b: Route) =>
  a.screen === b.screen &&
  (a.screen !== 'build' || b.screen !== 'build' || a.id === b.id) &&
  (a.screen !== 'ship' || b.screen !== 'ship' || a.of === b.of);

function go(state: State, route: Route): State {
  if (isSame(state.route, route)) return state.overlay ? { ...state, overlay: undefined } : state;
  // A screen already behind us is gone back to, so that 1 and 2 do not pile up a trail to walk back through.
  const known = state.trail.findIndex((past) => isSame(past, route));
  const trail =
    route.screen === 'builds' ? [] : known >= 0 ? state.trail.slice(0, known) : [...state.trail, state.route];
  return entered({ ...state, route, trail, overlay: undefined });
}

function withBuild(state: State, build: Build): State {
  return state.view?.id === build.id ? { ...state, view: { ...state.view, build } } : state;
}

function back(state: State): State {
  const route = state.trail.at(-1);
  if (!route) return state;
  return entered({ ...state, route, trail: state.trail.slice(0, -1), overlay: undefined });
}

/** The build screen begins with what the list knows of the build. */
function entered(state: State): State {
  const { route } = state;
  if (route.screen !== 'build') return state;
  const known =
    state.builds.list?.find((build) => build.id === route.id) ??
    (state.view?.id === route.id ? state.view.build : undefined);
  return { ...state, view: newBuildView(route.id, known) };
}

function scrollOverlay(state: State, by: number, max: number): State {
  const { overlay, route } = state;
  const clamp = (value: number) => Math.max(0, Math.min(max, value));
  if (!overlay) {
    if (route.screen !== 'first-run') return state;
    return { ...state, route: { ...route, selected: clamp(route.selected + by) } };
  }
  const moved = (from: Overlay | undefined): Overlay | undefined => {
    if (from && 'top' in from) return { ...from, top: clamp(from.top + by) };
    if (from?.kind === 'picker') return { ...from, selected: clamp(from.selected + by) };
    return from;
  };
  return { ...state, overlay: moved(overlay) };
}
