import { type Span, span } from '../ui/text.ts';
import type { Theme } from '../ui/theme.ts';

/** A bar of `width` columns, filled to `fraction`, in eighths of a column where the terminal can draw them. */
export function barSpans(theme: Theme, fraction: number, width: number): Span[] {
  const { bar, barEmpty } = theme.glyphs;
  const full = bar.at(-1) ?? '#';
  const units = Math.round(Math.max(0, Math.min(1, fraction)) * width * bar.length);
  const whole = Math.floor(units / bar.length);
  const part = bar[(units % bar.length) - 1] ?? '';
  const filled = full.repeat(whole) + part;
  const empty = Math.max(0, width - whole - (part === '' ? 0 : 1));
  return [span('accent', filled), span('muted', barEmpty.repeat(empty))];
}
