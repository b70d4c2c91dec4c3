/** One figure of the table. */
export type Figure = {
  /** Name of the row, or row and part: `start/key`. */
  name: string;
  /** What was measured, for people. */
  what: string;
  /** Undefined: not measured. */
  value: number | undefined;
  unit: '' | '×' | 'ms' | 'B' | '%' | 'MB';
  /** The most (or least) it may be. */
  goal: { atMost: number } | { atLeast: number };
  /** The peer or floor of the same run, or why there is none. */
  peer: string;
};

/** A row of the table: measures its figures, one after the other. */
export type Row = { name: string; measure: (bench: Bench) => Promise<Figure[]> };

/** What every row gets. */
export type Bench = {
  /** A folder of this run, removed at its end. */
  dir: string;
  /** The built program's executable script. */
  bin: string;
  /** Bundle of `subjects/NAME`, made once. */
  subject: (name: string) => Promise<string>;
};

export function isMet({ value, goal }: Figure): boolean {
  if (value === undefined || Number.isNaN(value)) return false;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}
