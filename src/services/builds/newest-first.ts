import type { Build } from '../../domain/build.ts';

/** Builds of any projects by start, newest first; one without a start (just accepted) counts as newest. */
export function newestFirst(builds: readonly Build[]): Build[] {
  const start = (build: Build) => build.startedAt ?? Number.POSITIVE_INFINITY;
  return [...builds].sort((a, b) => {
    const [first, second] = [start(a), start(b)];
    if (first !== second) return second - first;
    return (b.number ?? 0) - (a.number ?? 0) || (a.id < b.id ? -1 : 1);
  });
}
