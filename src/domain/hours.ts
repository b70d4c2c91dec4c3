import { AppError } from './errors.ts';
import { sanitiseText } from './sanitise.ts';

/** S3 refuses to sign a link for longer than a week. */
export const maxLinkHours = 168;

/** Longest value repeated in a message. */
const shownLength = 40;

/**
 * Life of a link as the user wrote it: a whole decimal number of hours, 1–168. Nothing else that JavaScript would
 * take for a number is accepted (`1e2`, ` 5`, `+5`, `0x10`), because a life one did not mean is a leak.
 * @throws AppError `usage`, naming the value.
 */
export function parseExpiresHours(text: string): number {
  const hours = wholeNumber(text, maxLinkHours);
  if (hours !== undefined) return hours;
  throw new AppError({
    kind: 'usage',
    message: `A link lives for whole hours, 1 to ${maxLinkHours}, not ${quoted(text)}.`,
    hint: `For example --expires-hours 48; ${maxLinkHours} hours (7 days) is the longest that S3 signs.`,
  });
}

/**
 * How many to list: a whole decimal number from 1 on.
 * @throws AppError `usage`, naming the value.
 */
export function parseLimit(text: string): number {
  const limit = wholeNumber(text, 999_999_999);
  if (limit !== undefined) return limit;
  throw new AppError({
    kind: 'usage',
    message: `A limit is a whole number from 1 on, not ${quoted(text)}.`,
    hint: 'For example --limit 10.',
  });
}

function wholeNumber(text: string, most: number): number | undefined {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}

function quoted(text: string): string {
  const clean = sanitiseText(text);
  return `"${clean.length > shownLength ? `${clean.slice(0, shownLength)}…` : clean}"`;
}
