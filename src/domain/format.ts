import { ageText, clockMinutes, countText, startText } from './durations.ts';

/** Amounts and moments as they stand in messages. Time zones are IANA names; `now` and the zone are handed in. */
export { ageText as formatAge, countText as formatCount, startText as formatDate };

const kib = 1024;

/** `0 B`, `812 B`, `4.2 KiB`, `31 MiB`, `1.3 GiB`: two or three figures, never more than is known. */
export function formatBytes(bytes: number): string {
  if (bytes < kib) return `${Math.round(bytes)} B`;
  let value = bytes / kib;
  let unit = 0;
  // 1023.95 KiB would be printed as 1024.
  while (Math.round(value) >= kib && unit < units.length - 1) {
    value /= kib;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const units = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** An estimate in US dollars: `~$0.47`; `~$12`; what is less than a cent is `<$0.01`; unknown is `–`. */
export function formatMoney(usd: number | undefined): string {
  if (usd === undefined) return '–';
  if (usd > 0 && usd < 0.005) return '<$0.01';
  return usd < 10 ? `~$${usd.toFixed(2)}` : `~$${countText(Math.round(usd))}`;
}

/** `41%` of a whole; never 100 before all is done, and never more. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0 || part >= whole) return '100%';
  return `${Math.max(0, Math.floor((part / whole) * 100))}%`;
}

/** `2026-11-22 09:35 UTC`, the same for every reader. */
export const formatUtc = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Day, clock and the same moment in UTC: `22 Nov 10:35 (2026-11-22 09:35 UTC)`; once where the zone is UTC itself. */
export function formatMoment(at: number, timeZone: string): string {
  if (isUtc(timeZone)) return formatUtc(at);
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' }).format(at);
  return `${day} ${clockMinutes(at, timeZone)} (${formatUtc(at)})`;
}

const isUtc = (timeZone: string) => timeZone === 'UTC' || timeZone === 'Etc/UTC';
