import { span } from '../ui/text.ts';
import { useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

export type BannerProps = { width: number; text: string; hint: string; when: string };

/** What fails for now; below it what to do, since when, and when it is tried again. The last good data stays under it. */
export function Banner({ width, text, hint, when }: BannerProps) {
  const { glyphs } = useTheme();
  return (
    <>
      <Line width={width} left={[span('bad', `${glyphs.trouble} ${text}`)]} />
      <Line width={width} left={[span('warn', `  ${glyphs.arrow} ${hint}`)]} right={[span('muted', when)]} />
    </>
  );
}
