import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { questionRows } from './select-ship-question.ts';
import type { State } from './state.ts';

/** What is asked by a run, and what it will hold. */
export const handleShipQuestion = {
  tree: () => [{ type: 'overlay', overlay: { kind: 'tree', top: 0 } }],
  'scroll-question': (state, key) => {
    const page = Math.max(1, questionRows(state) - 1);
    const by = { up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page, space: page }[key] ?? 0;
    return [{ type: 'ship-question-scrolled', by }];
  },
} satisfies Partial<Record<KeyId, Handler>>;

/** Answers what is asked on this screen. */
export const answerAsked = ({ route }: State, yes: boolean): readonly Step[] => [
  { effect: route.screen === 'ship' ? 'answer-ship' : 'answer-revoke', yes },
];
