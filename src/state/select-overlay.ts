import { clockSeconds } from '../domain/durations.ts';
import type { TreeRow } from '../domain/package-tree.ts';
import { wrap } from '../domain/wrap.ts';
import { helpGroups, shownKeys } from './bindings.ts';
import { bodyRows } from './layout.ts';
import { selectTree } from './select-tree.ts';
import type { State } from './state.ts';
import type { Tone } from './state-messages.ts';

/** A line of what lies over a screen. */
export type OverlayLine =
  | { kind: 'blank' }
  | { kind: 'title'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'key'; keys: readonly string[]; text: string; isOff: boolean }
  /** Why the key above is off. */
  | { kind: 'reason'; text: string }
  | { kind: 'message'; time: string; tone: Tone; text: string }
  | { kind: 'tree'; row: TreeRow };

/** Columns before the text of a key's or a message's line. */
export const helpIndent = 17;
const messageIndent = 11;

/** Help, the messages, or what is to be read whole: all of its lines. */
export function selectOverlayLines(state: State): OverlayLine[] {
  switch (state.overlay?.kind) {
    case 'help':
      return help(state);
    case 'messages':
      return messages(state);
    case 'tree':
      return treeLines(state);
    case 'sheet': {
      const { title, lines } = state.overlay;
      const text = lines.flatMap((line) => wrap(line, state.size.columns - 4));
      return [{ kind: 'title', text: title }, { kind: 'blank' }, ...text.map(textLine)];
    }
    default:
      return [];
  }
}

/** How far the lines can be scrolled: so that the last one stands at the bottom. */
export function overlayScrollRange(state: State): number {
  return Math.max(0, selectOverlayLines(state).length - bodyRows(state));
}

/** What the package holds, and for whom. */
function treeLines(state: State): OverlayLine[] {
  const tree = selectTree(state);
  if (!tree) return [textLine('What the package holds is not known yet.')];
  return [
    { kind: 'title', text: tree.summary },
    { kind: 'blank' },
    ...tree.rows.map((row): OverlayLine => ({ kind: 'tree', row })),
    { kind: 'blank' },
    ...tree.platforms.map(textLine),
  ];
}

const textLine = (text: string): OverlayLine => ({ kind: 'text', text });

/** All keys of the screen below, and why those that are off are off. */
function help(state: State): OverlayLine[] {
  const width = state.size.columns - helpIndent - 1;
  return helpGroups(state.route.screen).flatMap(({ group, bindings }): OverlayLine[] => [
    { kind: 'title', text: group },
    ...bindings.flatMap((binding): OverlayLine[] => {
      const reason = binding.disabled?.(state);
      const isOff = reason !== undefined;
      const keys = shownKeys(binding, state);
      const lines = wrap(binding.help, width).map(
        (text, index): OverlayLine => ({ kind: 'key', keys: index === 0 ? keys : [], text, isOff }),
      );
      const why = isOff
        ? wrap(`off: ${reason}`, width).map((text): OverlayLine => ({ kind: 'reason', text }))
        : [];
      return [...lines, ...why];
    }),
    { kind: 'blank' },
  ]);
}

/** What was said, the newest first. */
function messages(state: State): OverlayLine[] {
  if (state.messages.length === 0) return [textLine('Nothing was said yet.')];
  const width = state.size.columns - messageIndent - 2;
  return state.messages.toReversed().flatMap(({ at, tone, text, hint }) =>
    wrap(hint === undefined ? text : `${text} ${hint}`, width).map((line, index): OverlayLine => {
      const time = index === 0 ? clockSeconds(at, state.env.timeZone) : '';
      return { kind: 'message', time, tone, text: line };
    }),
  );
}
