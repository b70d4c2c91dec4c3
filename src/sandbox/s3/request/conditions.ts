import { failures } from '../failures.ts';
import type { Version } from '../storage/types.ts';

type Headers = Readonly<Record<string, string>>;
type Facts = { etag: string; modified: number };

/** What the conditional headers of a GET, HEAD or copy come to, and which header decided. */
export type Verdict = { kind: 'go' } | { kind: 'not-modified' } | { kind: 'failed'; condition: string };

/**
 * Weighs `If-*` headers (for a copy, those after `x-amz-copy-source-`) as RFC 9110 does: the entity tag beats the
 * time of its own side. Times count in whole seconds, and a date that cannot be read counts as absent.
 */
export function judgeRead(headers: Headers, facts: Facts, prefix = ''): Verdict {
  const seconds = wholeSeconds(facts.modified);
  const match = headers[`${prefix}if-match`];
  const unmodified = timeOf(headers[`${prefix}if-unmodified-since`]);
  if (match !== undefined) {
    if (!names(match, facts.etag)) return { kind: 'failed', condition: 'If-Match' };
  } else if (unmodified !== undefined && seconds > unmodified) {
    return { kind: 'failed', condition: 'If-Unmodified-Since' };
  }
  const noneMatch = headers[`${prefix}if-none-match`];
  const modified = timeOf(headers[`${prefix}if-modified-since`]);
  if (noneMatch !== undefined) {
    if (names(noneMatch, facts.etag)) return { kind: 'not-modified' };
  } else if (modified !== undefined && seconds <= modified) {
    return { kind: 'not-modified' };
  }
  return { kind: 'go' };
}

/** The Range header, unless its If-Range says that the client's former part is of another object by now. */
export function currentRange(headers: Headers, facts: Facts): string | undefined {
  const condition = headers['if-range']?.trim();
  if (condition === undefined) return headers.range;
  const time = /^(?:W\/)?"/.test(condition) ? undefined : timeOf(condition);
  const current = time === undefined ? names(condition, facts.etag) : time === wholeSeconds(facts.modified);
  return current ? headers.range : undefined;
}

/** Throws unless a write may replace `current`: `If-None-Match: *` for new keys only, `If-Match` for a known one. */
export function guardWrite(headers: Headers, key: string): (current: Version | undefined) => void {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && noneMatch.trim() !== '*') {
    throw failures.notImplemented('If-None-Match');
  }
  return (current) => {
    const object = current?.kind === 'object' ? current : undefined;
    if (noneMatch !== undefined && object) throw failures.preconditionFailed('If-None-Match');
    if (match === undefined) return;
    if (!object) throw failures.noSuchKey(key);
    if (!names(match, object.etag)) throw failures.preconditionFailed('If-Match');
  };
}

function names(list: string, etag: string): boolean {
  return list.split(',').some((entry) => {
    const tag = entry
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === etag;
  });
}

/** HTTP knows no milliseconds. */
function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

function timeOf(header: string | undefined): number | undefined {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? undefined : time;
}
