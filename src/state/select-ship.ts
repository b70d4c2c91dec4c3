import { type DistributionStep, distributionSteps, type TransferProgress } from '../domain/distribution.ts';
import { clockMinutes, dayWords, shortDuration } from '../domain/durations.ts';
import { expiryReason } from '../domain/link-life.ts';
import type { State } from './state.ts';
import type { ShipRun, StepState } from './state-ship.ts';

/** A step of making a distribution, as a row. */
export type StepRow = {
  step: DistributionStep;
  state: StepState['state'];
  time: string | undefined;
  detail: string | undefined;
  progress: StepState['progress'];
};

/** What a renewal does; all else was done when the package was made. */
const renewalSteps: readonly DistributionStep[] = ['LINK', 'VERIFY', 'RECORD'];

export function selectSteps(run: ShipRun, now: number): StepRow[] {
  const steps = run.renews === undefined ? distributionSteps : renewalSteps;
  const stands = run.trouble !== undefined || now - run.movedAt >= standsAfterMs;
  return steps.map((step) => {
    const { state, startedAt, endedAt, detail, progress } = run.steps[step];
    return {
      step,
      state,
      time: startedAt === undefined ? undefined : shortDuration((endedAt ?? now) - startedAt),
      detail,
      progress: state === 'running' ? progress && (stands ? stalled(progress) : progress) : undefined,
    };
  });
}

/** A transfer moves several times a second, ms. */
const standsAfterMs = 3_000;

/** While nothing moves or calls fail, neither how fast it was nor how long it would take holds. */
function stalled({ rate: _, ...progress }: TransferProgress): TransferProgress {
  return progress;
}

/** `Sun, 22 Nov 10:41 (15:41 UTC)`: as the reader's clock has it, and as everybody's. */
export function untilText(at: number, timeZone: string): string {
  const local = `${dayWords(at, timeZone)} ${clockMinutes(at, timeZone)}`;
  const utc = `${clockMinutes(at, 'UTC')} UTC`;
  if (timeZone === 'UTC') return `${dayWords(at, 'UTC')} ${utc}`;
  const otherDay = dayWords(at, timeZone) === dayWords(at, 'UTC') ? '' : `${dayWords(at, 'UTC')} `;
  return `${local} (${otherDay}${utc})`;
}

/** When a link ends and why; said before it is made where that is earlier than asked. */
export function shortLinkText(run: ShipRun, state: State): string | undefined {
  if (!run.shortLink || run.state === 'done') return undefined;
  const { expiresAt, cause, estimate } = run.shortLink;
  return `The link ${estimate ? 'may end already' : 'will end'} ${untilText(expiresAt, state.env.timeZone)}, earlier than asked: ${expiryReason(cause)}.`;
}
