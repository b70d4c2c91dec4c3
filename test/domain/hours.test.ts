import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { parseExpiresHours, parseLimit } from '../../src/domain/hours.ts';

describe('hours of a link', () => {
  it('takes every whole number from 1 to 168', () => {
    for (let hours = 1; hours <= 168; hours += 1) expect(parseExpiresHours(String(hours))).toBe(hours);
  });

  it.each([
    '0',
    '169',
    'abc',
    '1e2',
    '1.5',
    '-1',
    '',
    '+5',
    ' 5',
    '5 ',
    '0x10',
    '007',
    '1_0',
    '٣',
    '168\n',
    'NaN',
  ])('refuses %j as usage, naming it', (text) => {
    const error = refusal(() => parseExpiresHours(text));
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(text.trim());
    expect(error.hint).toContain('--expires-hours');
  });

  it('never lets a number through that was not written as one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)), (text) => {
        let hours: number | undefined;
        try {
          hours = parseExpiresHours(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
        if (hours !== undefined) expect(String(hours)).toBe(text);
      }),
    );
  });

  it('keeps control characters and endless values out of the message', () => {
    expect(refusal(() => parseExpiresHours('\u001b[2J')).message).not.toContain('\u001b');
    expect(refusal(() => parseExpiresHours('9'.repeat(5_000))).message.length).toBeLessThan(200);
  });
});

describe('limits', () => {
  it.each([
    ['1', 1],
    ['10', 10],
    ['100000', 100_000],
  ])('takes %s', (text, limit) => {
    expect(parseLimit(text)).toBe(limit);
  });

  it.each(['0', '-1', '1.5', '', 'ten', '1e3', '10000000000'])('refuses %j as usage', (text) => {
    expect(refusal(() => parseLimit(text)).kind).toBe('usage');
  });
});

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
