import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { logTop } from './reduce-view.ts';
import type { State } from './state.ts';

/** Columns that left and right scroll by. */
const sidewaysStep = 20;

/** The log of the open build. */
export const handleLog = {
  scroll: (state, key) => [{ type: 'log-moved', to: logTop(state) + (key === 'up' || key === 'k' ? -1 : 1) }],
  follow: () => [{ type: 'log-moved', to: 'end' }],
  sideways: (state, key) => {
    const left = state.view?.log.left ?? 0;
    return [{ type: 'log-shifted', left: left + (key === 'left' ? -sidewaysStep : sidewaysStep) }];
  },
  time: (state) => [{ type: 'log-time', show: !(state.view?.log.showTime ?? true) }],
  find: (state) => {
    const text = state.view?.log.find ?? '';
    return [{ type: 'overlay', overlay: { kind: 'input', purpose: 'find', text: '', before: text } }];
  },
  'find-next': (state, key) => {
    const { view } = state;
    if (!view || view.log.find === '') return [];
    const direction = key === 'n' ? 1 : -1;
    return [{ effect: 'find', buildId: view.id, text: view.log.find, from: whereWeAre(state), direction }];
  },
  error: (state, key) => jump(state, 'error', key === 'e' ? 1 : -1),
  phase: (state, key) => jump(state, 'phase', key === ']' ? 1 : -1),
} satisfies Partial<Record<KeyId, Handler>>;

function jump(state: State, to: 'error' | 'phase', direction: 1 | -1): readonly Step[] {
  const { view } = state;
  if (!view) return [];
  // From the end, where a log is followed, "the next error" can only mean the first one: the one that explains the build.
  const isAtEnd = view.log.follow && view.log.mark === undefined;
  const isFirst = to === 'error' && direction === 1 && isAtEnd;
  const known = view.diagnosis?.line;
  if (isFirst && known !== undefined && known >= view.log.first) {
    return [{ type: 'log-jumped', id: view.id, line: known }];
  }
  const from = isFirst ? -1 : whereWeAre(state);
  return [{ effect: 'jump', buildId: view.id, to, from, direction }];
}

/** The line that "next" is counted from: the one jumped to last while it is on screen, else before the first shown. */
function whereWeAre(state: State): number {
  const log = state.view?.log;
  if (!log) return -1;
  if (log.mark !== undefined && !log.follow) return log.mark;
  return log.follow ? log.count : logTop(state) - 1;
}
