import type { LeftoverRun } from './distribution.ts';
import { formatBytes, formatDate, formatPercent } from './format.ts';

/** `claude-code-package-….zip of today 10:30: 61% of 120 MiB uploaded`. */
export function leftoverText(run: LeftoverRun, now: number, timeZone: string): string {
  return `${run.filename} of ${formatDate(run.createdAt, now, timeZone)}: ${howFar(run)}`;
}

function howFar({ step, size, uploaded, hopeless }: LeftoverRun): string {
  const why = hopeless === undefined ? '' : `; ${hopeless}`;
  if (step !== 'UPLOAD') return `uploaded, cut off at ${step}${why}`;
  const much = uploaded === undefined ? 'a part' : formatPercent(uploaded, size);
  return `${much} of ${formatBytes(size)} uploaded${why}`;
}
