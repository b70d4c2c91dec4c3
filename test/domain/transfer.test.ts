import { describe, expect, it } from 'vitest';
import { transferText } from '../../src/domain/transfer.ts';

const mb = 1e6;

describe('rate and time left', () => {
  it.each([
    [{ done: 0, total: 500 * mb, rate: 12.34 * mb }, '12.3 MB/s, ~40 s left'],
    [{ done: 500 * mb, total: 500 * mb, rate: 250 * mb }, '250 MB/s, <10 s left'],
    [{ done: 0, total: mb, rate: 5_000 }, '5.0 kB/s, ~3 min left'],
    [{ done: 0, total: 72_000 * mb, rate: 10 * mb }, '10.0 MB/s, ~2 h left'],
    [{ done: 0, total: mb, rate: 0 }, 'nothing moves'],
    [{ done: 0, total: mb }, undefined],
    [{ done: mb, total: 9 * mb, rate: 5 * mb, again: true as const }, '5.0 MB/s, part of it again'],
    [{ done: mb, total: 9 * mb, again: true as const }, 'part of it again'],
  ])('of %j are %s', (progress, text) => {
    expect(transferText(progress)).toBe(text);
  });
});
