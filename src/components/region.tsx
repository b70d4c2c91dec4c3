import { Text } from 'ink';
import { holeOf, type RegionName } from '../domain/regions.ts';

/** Rows that the terminal device fills from the region's painter, whatever changes there: nothing is rendered for it. */
export function Region({ name, rows }: { name: RegionName; rows: number }) {
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a window are their places
    <Text key={row}>{holeOf(name)}</Text>
  ));
}
