import type { TransferProgress } from './distribution.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/**
 * `12.3 MB/s, ~40 s left`; undefined while the rate is not known. While a part goes over the line once more that is said
 * instead of the time left, which it makes longer nobody knows how much.
 */
export function transferText({ done, total, rate, again }: TransferProgress): string | undefined {
  if (again) return rate === undefined || rate < 1 ? onceMore : `${rateText(rate)}, ${onceMore}`;
  if (rate === undefined) return undefined;
  if (rate < 1) return 'nothing moves';
  return `${rateText(rate)}, ${leftText(((total - done) / rate) * second)}`;
}

const onceMore = 'part of it again';

function rateText(rate: number): string {
  if (rate < 1e5) return `${(rate / 1e3).toFixed(1)} kB/s`;
  return rate < 1e8 ? `${(rate / 1e6).toFixed(1)} MB/s` : `${Math.round(rate / 1e6)} MB/s`;
}

/** No more exact than an estimate may be. */
function leftText(ms: number): string {
  if (ms < 10 * second) return '<10 s left';
  if (ms < 95 * second) return `~${Math.round(ms / (10 * second)) * 10} s left`;
  if (ms < 95 * minute) return `~${Math.round(ms / minute)} min left`;
  return `~${Math.round(ms / hour)} h left`;
}
