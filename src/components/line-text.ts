import { cutSpans, paintSpans, type Span, spansWidth } from '../ui/text.ts';
import type { Theme } from '../ui/theme.ts';

export type LineParts = {
  width: number;
  left?: readonly Span[];
  /** Stands at the right edge, one column free; the left part gives way. */
  right?: readonly Span[];
};

/** One row of the screen as text with colours: what does not fit is cut. */
export function lineText({ width, left = [], right = [] }: LineParts, theme: Theme): string {
  const { ellipsis } = theme.glyphs;
  const end = cutSpans(right, width - 1, ellipsis);
  const endWidth = spansWidth(end);
  const room = endWidth === 0 ? width : width - 1 - endWidth - 1;
  const begin = cutSpans(left, Math.max(0, room), ellipsis);
  const gap = endWidth === 0 ? '' : ' '.repeat(Math.max(0, width - 1 - endWidth - spansWidth(begin)));
  return paintSpans([...begin, gap, ...end], theme);
}
