import { Text } from 'ink';
import { Line } from './line.tsx';

/** A QR code as rows already in their colours: black on white, whatever the theme. */
export function CodeRows({ rows }: { rows: readonly string[] }) {
  return rows.map((row, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a picture are their places
    <Text key={index} wrap="truncate">
      {row}
    </Text>
  ));
}

/** A code over all of the screen, or why it has no room there. */
export function CodeOverAll({ width, height, rows, why }: CodeOverAllProps) {
  if (why !== undefined) {
    return [why, 'Enlarge the terminal, or press any key to close it.'].map((text) => (
      <Line key={text} width={width} left={[` ${text}`]} />
    ));
  }
  return (
    <>
      <CodeRows rows={rows} />
      {rows.length < height ? <Line width={width} left={[' Any key leads back.']} /> : undefined}
    </>
  );
}

type CodeOverAllProps = {
  width: number;
  height: number;
  rows: readonly string[];
  why: string | undefined;
};
