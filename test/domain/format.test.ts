import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatMoment, formatMoney, formatPercent, formatUtc } from '../../src/domain/format.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [4301, '4.2 KiB'],
    [10_240, '10 KiB'],
    [1024 * 1024 - 1, '1.0 MiB'],
    [31.4 * 1024 * 1024, '31 MiB'],
    [2.5 * 1024 ** 3, '2.5 GiB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('never takes more than eight columns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1024 ** 4 }), (bytes) => {
        expect(formatBytes(bytes)).toMatch(/^\d{1,4}(\.\d)? ([KMGT]i)?B$/);
      }),
    );
  });
});

describe('formatMoney', () => {
  it.each([
    [undefined, '–'],
    [0, '~$0.00'],
    [0.001, '<$0.01'],
    [0.4683, '~$0.47'],
    [1234.4, '~$1,234'],
  ])('%s is %s', (usd, text) => {
    expect(formatMoney(usd)).toBe(text);
  });
});

describe('formatPercent', () => {
  it('says 100% only when all is done', () => {
    expect(formatPercent(999, 1000)).toBe('99%');
    expect(formatPercent(1000, 1000)).toBe('100%');
    expect(formatPercent(2000, 1000)).toBe('100%');
    expect(formatPercent(0, 0)).toBe('100%');
    expect(formatPercent(-1, 10)).toBe('0%');
  });
});

describe('moments', () => {
  const at = Date.UTC(2026, 10, 22, 23, 35);

  it('are told in the zone of the reader and in UTC', () => {
    expect(formatMoment(at, 'Europe/Berlin')).toBe('23 Nov 00:35 (2026-11-22 23:35 UTC)');
    expect(formatMoment(at, 'UTC')).toBe('2026-11-22 23:35 UTC');
    expect(formatUtc(at)).toBe('2026-11-22 23:35 UTC');
  });
});
