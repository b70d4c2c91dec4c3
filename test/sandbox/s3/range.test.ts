import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentRange, judgeRead } from '../../../src/sandbox/s3/request/conditions.ts';
import { parseRange } from '../../../src/sandbox/s3/request/range.ts';

describe('ranges', () => {
  const size = fc.nat({ max: 50 });

  it('bytes=A-B are the bytes A to B that there are', () => {
    fc.assert(
      fc.property(size, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (length, start, extra) => {
        const expected =
          start >= length
            ? { kind: 'unsatisfiable' }
            : { kind: 'part', start, end: Math.min(start + extra, length - 1) };
        expect(parseRange(`bytes=${start}-${start + extra}`, length)).toEqual(expected);
      }),
    );
  });

  it('bytes=A- goes to the end, bytes=-N takes the last N', () => {
    expect(parseRange('bytes=3-', 10)).toEqual({ kind: 'part', start: 3, end: 9 });
    expect(parseRange('bytes=-3', 10)).toEqual({ kind: 'part', start: 7, end: 9 });
    expect(parseRange('bytes=-30', 10)).toEqual({ kind: 'part', start: 0, end: 9 });
    expect(parseRange('bytes=-0', 10)).toEqual({ kind: 'unsatisfiable' });
    expect(parseRange('bytes=-1', 0)).toEqual({ kind: 'unsatisfiable' });
  });

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-2',
    'bytes=0-1,3-4',
    'lines=1-2',
  ])('ignores %s', (header) => expect(parseRange(header, 10)).toEqual({ kind: 'all' }));

  it('never leaves the object, whatever is asked', () => {
    fc.assert(
      fc.property(fc.string(), size, (tail, length) => {
        const answer = parseRange(`bytes=${tail}`, length);
        if (answer.kind !== 'part') return;
        expect(answer.start).toBeGreaterThanOrEqual(0);
        expect(answer.end).toBeLessThan(length);
        expect(answer.start).toBeLessThanOrEqual(answer.end);
      }),
    );
  });
});

describe('conditions of a read', () => {
  const modified = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const facts = { etag: 'abc', modified };
  const before = new Date(modified - 10_000).toUTCString();
  const exactly = new Date(modified).toUTCString();
  const go = { kind: 'go' };
  const unchanged = { kind: 'not-modified' };

  it.each([
    [{}, go],
    [{ 'if-match': '"abc"' }, go],
    [{ 'if-match': '"x", "abc"' }, go],
    [{ 'if-match': '*' }, go],
    [{ 'if-match': '"x"' }, { kind: 'failed', condition: 'If-Match' }],
    [{ 'if-none-match': '"abc"' }, unchanged],
    [{ 'if-none-match': 'W/"abc"' }, unchanged],
    [{ 'if-none-match': '"x"' }, go],
    [{ 'if-modified-since': exactly }, unchanged],
    [{ 'if-modified-since': before }, go],
    [{ 'if-unmodified-since': exactly }, go],
    [{ 'if-unmodified-since': before }, { kind: 'failed', condition: 'If-Unmodified-Since' }],
    [{ 'if-match': '"abc"', 'if-unmodified-since': before }, go],
    [{ 'if-none-match': '"x"', 'if-modified-since': exactly }, go],
    [{ 'if-modified-since': 'yesterday' }, go],
  ])('%j', (headers, verdict) => {
    expect(judgeRead(headers, facts)).toEqual(verdict);
  });

  it.each([
    [undefined, 'bytes=1-'],
    ['"abc"', 'bytes=1-'],
    [exactly, 'bytes=1-'],
    ['"x"', undefined],
    [before, undefined],
    ['tomorrow', undefined],
  ])('If-Range %s leaves the range %s', (condition, range) => {
    const headers = { range: 'bytes=1-', ...(condition === undefined ? {} : { 'if-range': condition }) };
    expect(currentRange(headers, facts)).toBe(range);
  });
});
