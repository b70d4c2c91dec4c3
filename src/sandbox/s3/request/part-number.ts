import { failures } from '../failures.ts';

/** A part number as a request gives it. Throws InvalidArgument for any but 1 to 10,000. */
export function parsePartNumber(text: string | null): number {
  const number = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw failures.invalidArgument(
    'Part number must be an integer between 1 and 10000, inclusive',
    'partNumber',
    text ?? '',
  );
}
