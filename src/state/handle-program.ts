import { unshownCode } from './handle-note.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import type { State } from './state.ts';

/** Screens and the program itself. */
export const handleProgram = {
  builds: () => [{ type: 'go', route: { screen: 'builds' } }],
  distributions: () => [{ type: 'go', route: { screen: 'distributions' } }],
  back: (state, key) => (key === 'esc' ? unlooked(state) : undefined) ?? [{ type: 'back' }],
  help: () => [{ type: 'overlay', overlay: { kind: 'help', top: 0 } }],
  messages: () => [{ type: 'overlay', overlay: { kind: 'messages', top: 0 } }],
  profile: () => [{ type: 'overlay', overlay: { kind: 'picker', purpose: 'profile', selected: 0 } }],
  suspend: () => [{ effect: 'suspend' }],
  quit: leave,
  leave,
} satisfies Partial<Record<KeyId, Handler>>;

/** `esc` first ends what the log is looked through for: the filter, then the hits; or hides a QR code. */
function unlooked(state: State): readonly Step[] | undefined {
  const { route, view } = state;
  if (route.screen === 'ship') return unshownCode(state);
  if (route.screen !== 'build' || !view) return undefined;
  if (view.log.filter !== '') return [{ type: 'log-filter', text: '' }];
  if (view.log.find !== '') {
    return [
      { type: 'log-find', text: '' },
      { type: 'log-find-ended', accepted: true },
    ];
  }
  return undefined;
}

/** Leaves at once, unless that would cut off something of ours: then it asks, and the next one leaves. */
function leave(state: State): readonly Step[] {
  const cutOff = wouldCutOff(state);
  if (cutOff === undefined || state.leaveAsked) return [{ effect: 'quit' }];
  return [
    { type: 'leave-asked' },
    { type: 'said', tone: 'warn', text: `${cutOff}, again to stop and leave.` },
  ];
}

/** What leaving now would cut off: an upload, a start. Builds run on by themselves. */
export function wouldCutOff(state: State): string | undefined {
  const { ship } = state;
  if (ship?.state === 'running' || ship?.state === 'cancelling') {
    const progress = ship.steps.UPLOAD.state === 'running' ? ship.steps.UPLOAD.progress : undefined;
    if (!progress || progress.total === 0) return 'A package is being made';
    return `Upload ${Math.floor((100 * progress.done) / progress.total)} %`;
  }
  const own = Object.values(state.actions).find(
    ({ kind }) => kind === 'start' || kind === 'retry' || kind === 'remove',
  );
  return own?.label;
}
