import { span } from '../ui/text.ts';
import { useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

/** What fails for now, and below it what to do. The last good data stays under it. */
export function Banner({ width, text, hint }: { width: number; text: string; hint: string | undefined }) {
  const { glyphs } = useTheme();
  return (
    <>
      <Line width={width} left={[span('bad', `${glyphs.trouble} ${text}`)]} />
      {hint === undefined ? undefined : (
        <Line width={width} left={[span('warn', `  ${glyphs.arrow} ${hint}`)]} />
      )}
    </>
  );
}
