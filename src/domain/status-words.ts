import type { BuildStatus } from './build.ts';

const words: Record<BuildStatus, string> = {
  IN_PROGRESS: 'In progress',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  FAULT: 'Fault',
  TIMED_OUT: 'Timed out',
  STOPPED: 'Stopped',
  UNKNOWN: 'Unknown',
};

/** How a status is called on screen and in every printed text. */
export const statusWord = (status: BuildStatus): string => words[status];
