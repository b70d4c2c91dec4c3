/**
 * Parts of the screen that change more often than the rest: their rows come from the device's own painters, without a
 * frame being drawn for them. A frame leaves a hole for each of their rows.
 */
export const regionNames = ['rule', 'log'] as const;
export type RegionName = (typeof regionNames)[number];

/** The rows of a region now, at most `rows` of at most `columns` columns: text with SGR. Called for every drawing. */
export type RegionPainter = (size: { rows: number; columns: number }) => readonly string[];
export type Regions = Readonly<Partial<Record<RegionName, RegionPainter>>>;

/** First of the 32 noncharacters that Unicode keeps for use inside a program; sanitised text holds none. */
const firstHole = 0xfdd0;

/** What a frame shows in a row that belongs to a region. */
export const holeOf = (name: RegionName): string =>
  String.fromCharCode(firstHole + regionNames.indexOf(name));

/** The region that a row of a frame belongs to. */
export const regionOf = (row: string): RegionName | undefined => regionNames[row.charCodeAt(0) - firstHole];

/** The rows of a frame, the holes filled: the n-th hole of a region from the top is its n-th row. */
export function composeFrame(
  frame: string,
  size: { columns: number; rows: number },
  regions: Regions,
): string[] {
  const rows = frame.split('\n', size.rows);
  for (const name of regionNames) {
    const holes = rows.flatMap((row, index) => (regionOf(row) === name ? [index] : []));
    if (holes.length === 0) continue;
    const painted = regions[name]?.({ rows: holes.length, columns: size.columns }) ?? [];
    holes.forEach((row, index) => {
      rows[row] = painted[index] ?? '';
    });
  }
  return rows;
}
