/**
 * Parts of the screen that change more often than the rest: their rows come from the device's own painters, without a
 * frame being drawn for them. A frame leaves a hole for each of their rows.
 */
export const regionNames = ['summary', 'phases', 'rule', 'log', 'builds'] as const;
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
  if (split.frame !== frame || split.height !== size.rows) split = splitFrame(frame, size.rows);
  const rows = [...split.rows];
  for (const [name, holes] of split.holes) {
    const painted = regions[name]?.({ rows: holes.length, columns: size.columns }) ?? [];
    for (let index = 0; index < holes.length; index++) rows[holes[index] as number] = painted[index] ?? '';
  }
  return rows;
}

/** A frame as rows, and where each region has its holes. */
type SplitFrame = { frame: string; height: number; rows: string[]; holes: Map<RegionName, number[]> };

/** The frame asked for last: regions are painted into the same one many times. */
let split: SplitFrame = { frame: '', height: 0, rows: [], holes: new Map() };

function splitFrame(frame: string, height: number): SplitFrame {
  const rows = frame.split('\n', height);
  const holes = new Map<RegionName, number[]>();
  rows.forEach((row, index) => {
    const name = regionOf(row);
    if (name === undefined) return;
    const places = holes.get(name);
    if (places) places.push(index);
    else holes.set(name, [index]);
  });
  return { frame, height, rows, holes };
}
