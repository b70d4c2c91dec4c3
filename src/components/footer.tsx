import { type Span, span, spansWidth } from '../ui/text.ts';
import { Line } from './line.tsx';

export type FooterKey = { keys: string; label: string; isOff: boolean };

/** The keys of the moment; one that is off is dimmed, and says why when it is pressed. The last one always stays. */
export function Footer({ width, keys }: { width: number; keys: readonly FooterKey[] }) {
  const last = keys.at(-1);
  const others = keys.slice(0, -1);
  while (others.length > 0 && spansWidth(footerSpans([...others, ...(last ? [last] : [])])) > width)
    others.pop();
  return <Line width={width} left={footerSpans([...others, ...(last ? [last] : [])])} />;
}

function footerSpans(keys: readonly FooterKey[]): Span[] {
  return keys.flatMap(({ keys: caps, label, isOff }, index) => [
    ...(index === 0 ? [] : ['  ']),
    span(isOff ? 'muted' : 'accent', caps),
    span('muted', ' '),
    isOff ? span('muted', label) : label,
  ]);
}
