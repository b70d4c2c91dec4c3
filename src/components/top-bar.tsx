import { displayWidth, truncate } from '../domain/width.ts';
import { type Span, span, spansWidth } from '../ui/text.ts';
import { type Theme, useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

export type TopBarProps = {
  width: number;
  crumbs: readonly string[];
  /** Where the last crumb leads to. */
  link: string | undefined;
  place: 'aws' | 'sandbox' | undefined;
  profile: string | undefined;
  region: string | undefined;
  account: string | undefined;
  credentials: { text: string; isShort: boolean } | undefined;
  liveness: 'live' | 'connecting' | 'trouble' | undefined;
  isReadOnly: boolean;
};

/** Where we are, on which account, for how long yet. The wider the terminal, the less is shortened. */
export function TopBar(props: TopBarProps) {
  const theme = useTheme();
  const { separator, crumb } = theme.glyphs;
  const left: Span[] = [span('title', 'ccwb-tui')];
  props.crumbs.forEach((text, index) => {
    const isLast = index === props.crumbs.length - 1;
    const link = isLast && props.link !== undefined ? { link: props.link } : {};
    left.push(span('muted', ` ${crumb} `), { text, tone: 'text', ...link });
  });
  const isWide = props.width >= 120;
  const gap: Span = isWide ? span('muted', ` ${separator} `) : ' ';
  const rightOf = (name: string | undefined) =>
    rightParts({ ...props, profile: name }, theme, isWide).flatMap((part, index) =>
      index === 0 ? part : [gap, ...part],
    );
  // The name of a profile gives way first: it is the longest, and known to whoever chose it.
  const over = spansWidth(left) + spansWidth(rightOf(props.profile)) + 2 - props.width;
  const name = props.profile ?? '';
  const shortened = truncate(name, Math.max(shortestName, displayWidth(name) - over), theme.glyphs.ellipsis);
  const right = rightOf(over > 0 && props.profile !== undefined ? shortened : props.profile);
  return <Line width={props.width} left={left} right={right} />;
}

const shortestName = 6;

function rightParts(props: TopBarProps, theme: Theme, isWide: boolean): Span[][] {
  const { glyphs } = theme;
  const parts: Span[][] = [];
  if (props.isReadOnly) parts.push([span('warn', 'read-only')]);
  if (props.place === 'sandbox') parts.push([span('warn', 'SANDBOX')]);
  else if (props.profile !== undefined) parts.push([isWide ? `AWS ${props.profile}` : props.profile]);
  else if (props.place === 'aws') parts.push(['AWS']);
  if (props.region !== undefined) parts.push([props.region]);
  if (props.account !== undefined) {
    parts.push([isWide ? props.account : `${glyphs.ellipsis}${props.account.slice(-4)}`]);
  }
  if (props.credentials) {
    const { text, isShort } = props.credentials;
    parts.push([span(isShort ? 'bad' : 'muted', isWide ? `credentials ${text}` : text)]);
  }
  const signs = {
    live: span('good', `${glyphs.live} live`),
    connecting: span('accent', `${glyphs.pausedSign} connecting`),
    trouble: span('bad', `${glyphs.trouble} trouble`),
  };
  if (props.liveness) parts.push([signs[props.liveness]]);
  return parts;
}
