import type { Distribution, DistributionRecord } from './distribution.ts';
import { AppError } from './errors.ts';
import { linkEnd } from './link-parts.ts';
import { sanitiseText } from './sanitise.ts';

/** Bytes of a standard parameter; larger ones need the advanced tier, which costs and cannot be undone. */
export const standardParameterBytes = 4096;

/** The value of the parameter in ccwb's keys; times with their zone (ccwb writes naive local ones). */
export function recordText(
  distribution: Pick<
    Distribution,
    'url' | 'expiresAt' | 'packageKey' | 'checksum' | 'filename' | 'createdAt'
  >,
): string {
  return JSON.stringify({
    url: distribution.url,
    expires: zonedIso(distribution.expiresAt),
    package_key: distribution.packageKey,
    checksum: distribution.checksum,
    filename: distribution.filename,
    created: zonedIso(distribution.createdAt),
  });
}

/** Seconds and a numeric offset: Python before 3.11 reads neither `Z` nor milliseconds of every length. */
export function zonedIso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}

/**
 * Reads the parameter, ours or ccwb's.
 * @throws AppError `invalid` where it is neither, without repeating the value: it is a secret.
 */
export function parseRecord(text: string): DistributionRecord {
  const fields = parseObject(text);
  const url = fields.url;
  if (typeof url !== 'string' || !/^https?:\/\/[!-~]+$/.test(url)) throw broken('has no usable link');
  const expires = typeof fields.expires === 'string' ? parseIso(fields.expires) : undefined;
  if (!expires) throw broken('does not say when the link ends');
  const end = linkEnd(url, expires);
  const created = typeof fields.created === 'string' ? parseIso(fields.created) : undefined;
  return {
    url,
    expiresAt: end.at,
    expiryHasZone: !end.isGuessed,
    packageKey: textField(fields.package_key),
    checksum: textField(fields.checksum).toLowerCase(),
    filename: textField(fields.filename),
    ...(created ? { createdAt: created.at } : {}),
  };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw broken('is not a JSON object');
  return value as Record<string, unknown>;
}

function textField(value: unknown): string {
  return typeof value === 'string' ? sanitiseText(value) : '';
}

function broken(what: string): AppError {
  return new AppError({
    kind: 'invalid',
    message: `The recorded distribution ${what}.`,
    hint: 'Making a new distribution replaces the record.',
  });
}

/**
 * An ISO 8601 time as Python writes them (`2026-11-20T10:30:00`, with up to 6 digits of fraction, with or without an
 * offset). One without a zone was the local time of whoever wrote it: read as the local time here.
 */
export function parseIso(text: string): { at: number; hasZone: boolean } | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match) return undefined;
  const [, day, time, fraction, zone] = match;
  const offset = zone === undefined || zone === 'Z' ? (zone ?? '') : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const clock = time?.length === 5 ? `${time}:00` : time;
  const at = Date.parse(`${day}T${clock}.${(fraction ?? '0').padEnd(3, '0').slice(0, 3)}${offset}`);
  return Number.isNaN(at) ? undefined : { at, hasZone: zone !== undefined };
}
