import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { leftoverAsked } from './reduce-leftovers.ts';

const closed: Step = { type: 'overlay', overlay: undefined };

/** What was cut off: finish it, remove it, or later. */
export const handleLeftovers = {
  leftovers: () => [{ type: 'overlay', overlay: { kind: 'leftover' } }],
  'finish-leftover': (state) => {
    const run = leftoverAsked(state);
    if (!run) return [closed];
    const { id, expiresHours } = run;
    return [closed, { effect: 'resume-ship', id, expiresHours }, { type: 'go', route: { screen: 'ship' } }];
  },
  'clean-leftover': (state) => {
    const run = leftoverAsked(state);
    return run ? [closed, { effect: 'clean-leftover', id: run.id, filename: run.filename }] : [closed];
  },
  'later-leftover': () => [closed],
} satisfies Partial<Record<KeyId, Handler>>;
