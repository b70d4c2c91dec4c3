import type { Build } from './build.ts';
import { elapsed, hasEnded } from './phases.ts';
import type { PriceTable } from './settings.ts';

/** How long builds of a project usually take, from its own last successes. Milliseconds. */
export type Usual = {
  total: number;
  /** By phase type; a phase that took place in none of them is absent. */
  phases: Readonly<Record<string, number>>;
  /** How many builds it is the median of. */
  builds: number;
};

/** Successes looked at: enough for a median that one odd build does not move, few enough to follow a change. */
const lastSuccesses = 9;

/** What the manual says of a Windows build, in minutes: a hint, marked as one, where no history tells better. */
export const manualsWindowsMinutes = { from: 12, to: 15 } as const;

/** Median of the project's last successes; undefined without one. `history`: newest first, of any projects. */
export function usualOf(history: readonly Build[], project: string): Usual | undefined {
  const good = history
    .filter((build) => build.project === project && build.status === 'SUCCEEDED')
    .slice(0, lastSuccesses);
  const total = median(good.flatMap((build) => spanOf(build)));
  if (total === undefined) return undefined;
  const types = new Set(good.flatMap((build) => build.phases.map((phase) => phase.type)));
  const phases: Record<string, number> = {};
  for (const type of types) {
    const typical = median(
      good.flatMap((build) => build.phases.filter((it) => it.type === type).flatMap(spanOf)),
    );
    if (typical !== undefined) phases[type] = typical;
  }
  return { total, phases, builds: good.length };
}

/** The time a finished thing took, as a list of one; empty for one that has no end. */
function spanOf(span: { startedAt?: number; endedAt?: number }): number[] {
  if (span.startedAt === undefined || span.endedAt === undefined) return [];
  return [Math.max(0, span.endedAt - span.startedAt)];
}

/** Middle value; the mean of the two middle ones for an even count; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return undefined;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Milliseconds until a running build ends, phase by phase where the phases are known: what is over counts as it was,
 * not as it usually is. 0 where it takes longer than usual; undefined for an ended build.
 */
export function timeLeft(build: Build, usual: Usual, now: number): number | undefined {
  if (hasEnded(build)) return undefined;
  const known = Object.keys(usual.phases);
  if (known.length === 0 || build.phases.length === 0) {
    return Math.max(0, usual.total - (elapsed(build, now) ?? 0));
  }
  let left = 0;
  for (const type of known) {
    const phase = build.phases.find((it) => it.type === type);
    if (phase?.endedAt !== undefined) continue;
    left += Math.max(0, (usual.phases[type] ?? 0) - (phase ? (elapsed(phase, now) ?? 0) : 0));
  }
  return left;
}

/** How much of the usual time has passed, 0 to 1; 1 for a build that takes longer. */
export function progressOf(build: Build, usual: Usual, now: number): number {
  if (usual.total <= 0) return 1;
  return Math.min(1, (elapsed(build, now) ?? 0) / usual.total);
}

const minute = 60_000;

/**
 * US dollars a build has cost until `now`: minutes begun since it was provisioned times the rate of its machine.
 * Waiting in the queue is not billed. Undefined where the table has no rate for the machine.
 */
export function costOf(build: Build, prices: PriceTable, now: number): number | undefined {
  const rate = rateOf(build.environment, prices);
  if (rate === undefined) return undefined;
  const provisioning = build.phases.find((phase) => phase.type === 'PROVISIONING');
  const startedAt = provisioning?.startedAt ?? build.startedAt;
  if (startedAt === undefined) return 0;
  const end = build.endedAt ?? now;
  return Math.ceil(Math.max(0, end - startedAt) / minute) * rate;
}

/** What a build to come will cost by the project's usual time, or by the manual's for Windows. */
export function expectedCost(
  environment: Build['environment'],
  usual: Usual | undefined,
  prices: PriceTable,
): number | undefined {
  const rate = rateOf(environment, prices);
  if (rate === undefined || !environment) return undefined;
  const isWindows = environment.type.startsWith('WINDOWS');
  const ms = usual?.total ?? (isWindows ? manualsWindowsMinutes.to * minute : undefined);
  return ms === undefined ? undefined : Math.ceil(ms / minute) * rate;
}

function rateOf(environment: Build['environment'], prices: PriceTable): number | undefined {
  if (!environment) return undefined;
  return prices.usdPerMinute[`${environment.type}/${environment.computeType}`];
}
