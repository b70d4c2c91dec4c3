/** The value that a share of `q` (0 to 1) of the values does not exceed; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * Runs each of the functions `times` times in turn, so that a noisy machine hits all alike, after one run of each that
 * does not count. @returns the answers of each function.
 */
export async function inTurn<T extends readonly (() => Promise<number> | number)[]>(
  times: number,
  ...functions: T
): Promise<{ [K in keyof T]: number[] }> {
  const answers = functions.map((): number[] => []);
  for (let time = 0; time <= times; time++) {
    for (const [index, run] of functions.entries()) {
      const answer = await run();
      if (time > 0) answers[index]?.push(answer);
    }
  }
  return answers as { [K in keyof T]: number[] };
}
