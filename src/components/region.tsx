import { Text } from 'ink';
import { holeOf, type RegionName } from '../domain/regions.ts';

/** Rows that the terminal device fills from the region's painter, whatever changes there: nothing is rendered for it. */
export function Region({ name, rows }: { name: RegionName; rows: number }) {
  return <Text>{Array<string>(rows).fill(holeOf(name)).join('\n')}</Text>;
}
