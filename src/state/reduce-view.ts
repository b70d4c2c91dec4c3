import type { Event } from './events.ts';
import { logRows } from './layout.ts';
import type { BuildView, LogProgress, LogView, State } from './state.ts';

/** The open build and the window on its log. */
export function reduceView(state: State, event: Event): State {
  const { view } = state;
  if (!view) return state;
  switch (event.type) {
    case 'build': {
      if (event.id !== view.id) return state;
      const { update } = event;
      if (update.kind === 'build') return change(state, { build: update.build, trouble: undefined });
      const { error, since, nextTryAt } = update;
      return change(state, { trouble: { error, since, nextTryAt } });
    }
    case 'build-changed':
      return event.build.id === view.id ? change(state, { build: event.build }) : state;
    case 'log':
      return event.id === view.id ? progressed(state, view, event.progress) : state;
    case 'diagnosed':
      if (event.id !== view.id || event.diagnosis === view.diagnosis) return state;
      return change(state, { diagnosis: event.diagnosis });
    case 'log-moved':
      return moved(state, view, event.to);
    case 'log-paged':
      return moved(state, view, logTop(state) + event.by * Math.max(1, logRows(state) - 1));
    case 'log-shifted':
      return changeLog(state, { left: Math.max(0, event.left) });
    case 'log-time':
      return changeLog(state, { showTime: event.show });
    case 'log-found': {
      if (event.id !== view.id) return state;
      const found = changeLog(state, { find: event.text, mark: event.line });
      return event.line === undefined ? found : centred(found, event.line);
    }
    case 'log-jumped':
      if (event.id !== view.id) return state;
      return centred(changeLog(state, { mark: event.line }), event.line);
    default:
      return state;
  }
}

function change(state: State, fields: Partial<BuildView>): State {
  return state.view ? { ...state, view: { ...state.view, ...fields } } : state;
}

function changeLog(state: State, fields: Partial<LogView>): State {
  return state.view ? change(state, { log: { ...state.view.log, ...fields } }) : state;
}

function progressed(state: State, view: BuildView, progress: LogProgress): State {
  const restarted = progress.count < view.log.count;
  return changeLog(state, restarted ? { ...progress, follow: true, top: 0 } : progress);
}

/** First line on screen while the end of the log is followed. */
export function followedTop(state: State): number {
  const log = state.view?.log;
  return log ? Math.max(log.first, log.count - logRows(state)) : 0;
}

/** First line on screen now. */
export function logTop(state: State): number {
  const log = state.view?.log;
  if (!log) return 0;
  return log.follow ? followedTop(state) : Math.max(log.first, Math.min(log.top, log.count - 1));
}

function moved(state: State, view: BuildView, to: number | 'end' | 'start'): State {
  const { log } = view;
  if (to === 'end') return log.follow ? state : changeLog(state, { follow: true, mark: undefined });
  const end = followedTop(state);
  const top = to === 'start' ? log.first : Math.max(log.first, Math.min(end, to));
  // Scrolling down to the last line is not asking to follow: only `f` and `G` do, so nothing runs away under the eye.
  const countAtPause = log.follow ? log.count : log.countAtPause;
  if (!log.follow && top === log.top) return state;
  if (log.follow && top >= end && to !== 'start') return state;
  return changeLog(state, { follow: false, top, countAtPause });
}

function centred(state: State, line: number): State {
  const { view } = state;
  if (!view) return state;
  return moved(state, view, Math.max(0, line - Math.floor(logRows(state) / 3)));
}
