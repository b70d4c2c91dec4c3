import { formatMoment } from '../../../domain/format.ts';
import type { DistributionsDeps } from '../deps.ts';

/** A moment in a sentence: as the reader's clock has it, and in UTC. */
export const momentText = ({ timeZone = 'UTC' }: Pick<DistributionsDeps, 'timeZone'>, at: number): string =>
  formatMoment(at, timeZone);
