import { span } from '../ui/text.ts';
import { useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

export type BannerProps = { width: number; text: readonly string[]; hint: readonly string[]; when: string };

/** What fails for now, since when, and when it is tried again; below it what to do. The last good data stays under it. */
export function Banner({ width, text, hint, when }: BannerProps) {
  const { glyphs } = useTheme();
  return (
    <>
      {text.map((line, index) => (
        <Line
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text are their places, and may be equal
          key={index}
          width={width}
          left={[span('bad', `${index === 0 ? glyphs.trouble : ' '} ${line}`)]}
          right={index === 0 ? [span('muted', when)] : []}
        />
      ))}
      {hint.map((line, index) => (
        <Line
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text are their places, and may be equal
          key={index}
          width={width}
          left={[span('warn', `  ${index === 0 ? glyphs.arrow : ' '.repeat(glyphs.arrow.length)} ${line}`)]}
        />
      ))}
    </>
  );
}
