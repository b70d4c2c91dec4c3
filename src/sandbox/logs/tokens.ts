import { createHash } from 'node:crypto';
import { AwsFailure } from '../http.ts';

/** AWS's tokens live this long. */
const lifeMs = 24 * 60 * 60 * 1000;

export type Direction = 'forward' | 'backward';

/** Where a page begins (forward) or ends (backward), as a sequence number. */
export type Position = { direction: Direction; sequence: number };

const widths = { issuedAt: 13, stream: 14, sequence: 15, check: 14 } as const;

/**
 * A token of GetLogEvents in the look of AWS's: `f/` or `b/`, 56 digits, `/s`. The digits hold the time of issue, the
 * stream and the sequence number.
 */
export function encodePosition(position: Position, streamId: string, now: number): string {
  const digits =
    String(now).padStart(widths.issuedAt, '0') +
    decimalHash(streamId, widths.stream) +
    String(position.sequence).padStart(widths.sequence, '0');
  return `${position.direction === 'forward' ? 'f' : 'b'}/${digits}${decimalHash(digits, widths.check)}/s`;
}

/** @throws AwsFailure InvalidParameterException for a token that is none, another stream's or too old. */
export function decodePosition(token: string, streamId: string, now: number): Position {
  const [, letter, digits = ''] = /^([fb])\/(\d{56})\/s$/.exec(token) ?? [];
  const body = digits.slice(0, -widths.check);
  const sequenceAt = widths.issuedAt + widths.stream;
  if (
    letter === undefined ||
    digits.slice(-widths.check) !== decimalHash(body, widths.check) ||
    body.slice(widths.issuedAt, sequenceAt) !== decimalHash(streamId, widths.stream)
  ) {
    throw invalidToken();
  }
  checkAge(Number(body.slice(0, widths.issuedAt)), now);
  return {
    direction: letter === 'f' ? 'forward' : 'backward',
    sequence: Number(body.slice(sequenceAt)),
  };
}

/** An opaque token that holds JSON and is bound to the request it was issued for. */
export function encodeCursor(cursor: unknown, requestId: string, now: number): string {
  const json = JSON.stringify([now, decimalHash(requestId, 14), cursor]);
  return Buffer.from(json).toString('base64url');
}

/** @throws AwsFailure InvalidParameterException for a token that is none, of another request or too old. */
export function decodeCursor(token: string, requestId: string, now: number): unknown {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw invalidToken();
  }
  if (!Array.isArray(parts) || parts.length !== 3 || typeof parts[0] !== 'number') throw invalidToken();
  if (parts[1] !== decimalHash(requestId, 14)) throw invalidToken();
  checkAge(parts[0], now);
  return parts[2];
}

export function invalidToken(): AwsFailure {
  return new AwsFailure('InvalidParameterException', 'The specified nextToken is invalid.');
}

/** An id of an event in the look of AWS's, 56 digits that sort by time; unique in the sandbox. */
export function eventId(timestamp: number, streamId: string, sequence: number): string {
  return (
    String(timestamp).padStart(13, '0') + decimalHash(streamId, 14) + String(sequence).padStart(56 - 27, '0')
  );
}

function checkAge(issuedAt: number, now: number): void {
  if (now - issuedAt > lifeMs) {
    throw new AwsFailure('InvalidParameterException', 'The specified nextToken has expired.');
  }
}

function decimalHash(text: string, digits: number): string {
  const hash = createHash('sha256').update(text).digest();
  return (hash.readBigUInt64BE(0) % 10n ** BigInt(digits)).toString().padStart(digits, '0');
}
