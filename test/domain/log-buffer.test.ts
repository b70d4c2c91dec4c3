import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/domain/log.ts';
import { createLogBuffer } from '../../src/domain/log-buffer.ts';

const lines = (...texts: string[]): LogLine[] =>
  texts.map((text, index) => ({ timestamp: 1000 + index, text }));
const own = (text: string) => `[Container] 2024/04/21 21:06:52.675129 ${text}`;

const anyLine: fc.Arbitrary<LogLine> = fc.record({
  timestamp: fc.nat(),
  text: fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'B', 'ü', '日', ' ', '👍', '\x1b[31m'), maxLength: 30 }),
    fc.constantFrom('', 'plain words', own('Entering phase BUILD'), 'error: broke', 'x'.repeat(200)),
  ),
});

describe('the log buffer', () => {
  it('gives back what was appended, by number, however it is split into appends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyLine, { maxLength: 20 }), { maxLength: 20 }),
        fc.constantFrom(undefined, 400, 5_000),
        (batches, maxBytes) => {
          const buffer = createLogBuffer(maxBytes === undefined ? {} : { maxBytes });
          const all: LogLine[] = [];
          for (const batch of batches) {
            const version = buffer.version;
            buffer.append(batch);
            all.push(...batch);
            expect(buffer.version > version).toBe(batch.length > 0);
          }
          expect(buffer.count).toBe(all.length);
          if (maxBytes === undefined) expect(buffer.first).toBe(0);
          for (let number = 0; number < all.length; number++) {
            expect(buffer.line(number)).toEqual(number < buffer.first ? undefined : all[number]);
          }
          expect(buffer.slice(0, all.length + 5)).toEqual(all.slice(buffer.first));
          const kept = all.slice(buffer.first);
          expect(buffer.bytes).toBe(kept.reduce((sum, line) => sum + Buffer.byteLength(line.text) + 1, 0));
          for (const nothing of [-1, 0.5, all.length, Number.NaN])
            expect(buffer.line(nothing)).toBeUndefined();
        },
      ),
    );
  });

  it('knows where phases begin and where errors are', () => {
    const buffer = createLogBuffer();
    buffer.append(
      lines(
        own('Phase is DOWNLOAD_SOURCE'),
        'text',
        own('Entering phase INSTALL'),
        'error: one',
        own('Entering phase BUILD'),
        'error: two',
      ),
    );
    expect(buffer.phases()).toEqual([
      { line: 0, phase: 'DOWNLOAD_SOURCE' },
      { line: 2, phase: 'INSTALL' },
      { line: 4, phase: 'BUILD' },
    ]);
    expect(buffer.firstError()).toBe(3);
    expect(buffer.jump('error', 3, 1)).toBe(5);
    expect(buffer.jump('error', 5, 1)).toBeUndefined();
    expect(buffer.jump('error', 4, -1)).toBe(3);
    expect(buffer.jump('phase', 4, -1)).toBe(2);
    expect(buffer.jump('phase', -1, 1)).toBe(0);
    expect(buffer.jump('phase', 0, -1)).toBeUndefined();
  });

  it('drops the oldest lines beyond its size and forgets what was noted of them', () => {
    const buffer = createLogBuffer({ maxBytes: 4_000 });
    for (let number = 0; number < 500; number++) buffer.append(lines(`error: ${number}`));
    expect(buffer.count).toBe(500);
    expect(buffer.first).toBeGreaterThan(0);
    expect(buffer.bytes).toBeLessThanOrEqual(4_000);
    expect(buffer.line(499)?.text).toBe('error: 499');
    expect(buffer.line(buffer.first)?.text).toBe(`error: ${buffer.first}`);
    expect(buffer.firstError()).toBe(buffer.first);
  });

  it('holds a line longer than its chunks', () => {
    const buffer = createLogBuffer({ maxBytes: 100 });
    const long = '日'.repeat(1_000);
    buffer.append(lines('a', long, 'b'));
    expect(buffer.slice(0, 3).at(-1)?.text).toBe('b');
    buffer.append(lines(long));
    expect(buffer.line(3)?.text).toBe(long);
  });

  it('holds a million lines', () => {
    const buffer = createLogBuffer();
    const batch = 10_000;
    for (let from = 0; from < 1_000_000; from += batch) {
      buffer.append(
        Array.from({ length: batch }, (_, index) => ({
          timestamp: from + index,
          text: `Nuitka-Scons: Compiling ${from + index} of 1,000,000: module.botocore.auth.c`,
        })),
      );
    }
    expect(buffer.count).toBe(1_000_000);
    expect(buffer.first).toBe(0);
    expect(buffer.line(765_432)).toEqual({
      timestamp: 765_432,
      text: 'Nuitka-Scons: Compiling 765432 of 1,000,000: module.botocore.auth.c',
    });
  });
});
