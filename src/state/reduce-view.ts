import type { Event } from './events.ts';
import type { State } from './state.ts';
import type { BuildView } from './state-builds.ts';
import type { LogPlacement, LogProgress, LogSpot, LogView } from './state-log.ts';

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
    case 'log-placed':
      return event.id === view.id ? placed(state, view.log, event.place, event.jump === true) : state;
    case 'log-looked':
      return changeLog(state, event.look);
    case 'log-find':
      return changeLog(state, {
        find: event.text,
        found: undefined,
        foundAt: undefined,
        findFrom: view.log.findFrom ?? spotOf(view.log),
      });
    case 'log-find-ended': {
      const { findFrom } = view.log;
      const back = event.accepted || !findFrom ? {} : findFrom;
      return changeLog(state, { ...back, findFrom: undefined });
    }
    case 'log-filter':
      return changeLog(state, { filter: event.text, kept: undefined });
    case 'log-findings': {
      if (event.id !== view.id) return state;
      const { what, findings, foundAt } = event;
      return changeLog(state, what === 'filter' ? { kept: findings } : { found: findings, foundAt });
    }
    case 'log-marked':
      return changeLog(state, {
        marks: { ...view.log.marks, [event.letter]: event.line },
        lastMark: event.letter,
      });
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

/** A log that is read again from its beginning is another log: nothing known of the last one holds. */
function progressed(state: State, view: BuildView, progress: LogProgress): State {
  const restarted = progress.version < view.log.version;
  const anew = { follow: true, top: 0, topRow: 0, mark: undefined, marks: {}, before: undefined };
  return changeLog(state, restarted ? { ...progress, ...anew } : progress);
}

const spotOf = ({ follow, top, topRow, mark }: LogView): LogSpot => ({ follow, top, topRow, mark });

function placed(state: State, log: LogView, place: LogPlacement, isJump: boolean): State {
  const { follow, top, topRow } = place;
  // The line jumped to stays marked while one scrolls around it, until the end is followed again.
  const mark = 'mark' in place ? place.mark : follow ? undefined : log.mark;
  const countAtPause = log.follow && !follow ? log.count : log.countAtPause;
  const isSame =
    follow === log.follow && mark === log.mark && (follow || (top === log.top && topRow === log.topRow));
  if (isSame) return state;
  const before = isJump ? { before: spotOf(log) } : {};
  return changeLog(state, { follow, top, topRow, mark, countAtPause, ...before });
}
