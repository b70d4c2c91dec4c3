import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/domain/log.ts';
import { createLogBuffer } from '../../src/domain/log-buffer.ts';
import { errorLines, isErrorLine } from '../../src/domain/log-grammar.ts';
import { anyChange, anyLine, anySize, createLogPair, own } from '../support/log-model.ts';

const lines = (...texts: string[]): LogLine[] =>
  texts.map((text, index) => ({ timestamp: 1000 + index, text }));
const texts = (all: readonly LogLine[]) => all.map((line) => line.text);

describe('the log buffer', () => {
  it('holds what a plain list holds, under the same numbers, whatever comes at either end', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 25 }), anySize, (changes, maxBytes) => {
        const { buffer, held, change } = createLogPair({ maxBytes });
        let numbers: [number, number] = [0, 0];
        for (const one of changes) {
          const { version, dropped, first } = buffer;
          change(one);
          const kept = held();
          const changed = buffer.first !== numbers[0] || buffer.count !== numbers[1];
          if (changed) expect(buffer.version).toBeGreaterThan(version);
          numbers = [buffer.first, buffer.count];
          if (one.kind !== 'prepend')
            expect(buffer.dropped - dropped).toBe(Math.max(0, buffer.first - first));
          expect(kept.length).toBe(buffer.count - buffer.first);
          expect(buffer.slice(buffer.first - 5, buffer.count + 5)).toEqual(
            kept.map(({ timestamp, text }) => ({ timestamp, text })),
          );
          expect(buffer.bytes).toBe(kept.reduce((sum, line) => sum + Buffer.byteLength(line.text) + 1, 0));
          for (const line of kept) expect(buffer.isNote(line.number)).toBe(line.isNote);
          expect(buffer.isNote(buffer.first - 1)).toBe(false);
        }
        for (const nothing of [buffer.first - 1, 0.5, buffer.count, Number.NaN]) {
          expect(buffer.line(nothing)).toBeUndefined();
        }
      }),
    );
  });

  it('knows text beyond ASCII from plain text also where a chunk ends in the middle of it', () => {
    // Chunks of 1,000 bytes: the last line but one of each would end beyond it, by one to three bytes.
    for (let length = 80; length < 120; length++) {
      for (const strange of ['é', '日', '👍', 'éé', '日日']) {
        const buffer = createLogBuffer({ maxBytes: 4_000, begins: 'known' });
        const all = lines(...Array.from({ length: 30 }, () => `${'x'.repeat(length)}${strange}`));
        buffer.append(all);
        expect(buffer.slice(buffer.first, buffer.count)).toEqual(all.slice(buffer.first));
      }
    }
  });

  it('finds phases and errors where a walk over the lines finds them, asked at any time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyChange, fc.boolean()), { maxLength: 25 }),
        anySize,
        fc.integer({ min: -60, max: 120 }),
        (changes, maxBytes, from) => {
          const { buffer, change, numbersOf } = createLogPair({ maxBytes });
          for (const [one, isAsked] of changes) {
            change(one);
            if (!isAsked) continue;
            const errors = numbersOf((text, line) => !line.isNote && isErrorLine(text));
            const phases = numbersOf((_, line) => !line.isNote && line.text === own('Entering phase BUILD'));
            expect(buffer.phases()).toEqual(phases.map((line) => ({ line, phase: 'BUILD' })));
            for (const [to, numbers] of [
              ['error', errors],
              ['phase', phases],
            ] as const) {
              expect(buffer.jump(to, from, 1)).toBe(numbers.find((number) => number > from));
              expect(buffer.jump(to, from, -1)).toBe(numbers.findLast((number) => number < from));
            }
            expect(buffer.firstError()).toBe(errors[0]);
          }
        },
      ),
    );
  });

  it('stays within its bytes, and drops the oldest beyond them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyLine, { maxLength: 40 }), { maxLength: 20 }),
        fc.boolean(),
        (batches, isTold) => {
          const maxBytes = 2_000;
          const buffer = createLogBuffer(isTold ? { maxBytes, begins: 'known' } : { maxBytes });
          for (const batch of batches) {
            buffer.append(batch);
            expect(buffer.bytes).toBeLessThanOrEqual(maxBytes);
          }
          expect(buffer.first).toBe(buffer.dropped);
          expect(buffer.count).toBe(batches.flat().length);
          expect(buffer.numberShown(buffer.first)).toBe(isTold ? buffer.dropped + 1 : undefined);
        },
      ),
    );
  });

  it('does not grow without end by empty lines either', () => {
    const buffer = createLogBuffer({ maxBytes: 100_000 });
    for (let round = 0; round < 100; round++)
      buffer.append(new Array(1_000).fill({ text: '', timestamp: 0 }));
    expect(buffer.count - buffer.first).toBeLessThan(10_000);
    expect(buffer.dropped).toBe(buffer.first);
  });

  it('takes older lines upwards until the beginning is known', () => {
    const buffer = createLogBuffer();
    buffer.append(lines('d', 'e'));
    expect(buffer.takesOlder).toBe(true);
    expect(buffer.prepend(lines('b', 'c'))).toBe(2);
    expect(buffer.numberShown(0)).toBeUndefined();
    expect(buffer.prepend(lines('a'))).toBe(1);
    buffer.markBeginning();
    expect([buffer.first, buffer.count, buffer.origin]).toEqual([-3, 2, -3]);
    expect(texts(buffer.slice(-3, 2))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([-3, 1].map(buffer.numberShown)).toEqual([1, 5]);
    expect(buffer.takesOlder).toBe(false);
    expect(buffer.prepend(lines('z'))).toBe(0);
  });

  it('takes the newest of the older lines, and then none: that would leave a hole', () => {
    const buffer = createLogBuffer({ maxBytes: 1_000 });
    buffer.append(lines('end'));
    const older = Array.from({ length: 100 }, (_, index) => `older ${index}`);
    const taken = buffer.prepend(lines(...older));
    expect(taken).toBeGreaterThan(10);
    expect(taken).toBeLessThan(100);
    expect(texts(buffer.slice(buffer.first, buffer.count))).toEqual([...older.slice(-taken), 'end']);
    expect(buffer.takesOlder).toBe(false);
    expect(buffer.prepend(lines(''))).toBe(0);
    buffer.markBeginning();
    expect(buffer.origin).toBeUndefined();
  });

  it('never takes again what was dropped, and knows the beginning all the same', () => {
    const buffer = createLogBuffer({ maxBytes: 1_000 });
    buffer.append(lines(...new Array(200).fill('some line')));
    expect(buffer.prepend(lines('older'))).toBe(0);
    buffer.markBeginning();
    expect(buffer.origin).toBe(0);
    expect(buffer.numberShown(buffer.first)).toBe(buffer.dropped + 1);
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
    buffer.appendNote('error: this is our own word', 1);
    expect(buffer.phases()).toEqual([
      { line: 0, phase: 'DOWNLOAD_SOURCE' },
      { line: 2, phase: 'INSTALL' },
      { line: 4, phase: 'BUILD' },
    ]);
    expect(buffer.firstError()).toBe(3);
    expect(buffer.jump('error', 3, 1)).toBe(5);
    expect(buffer.jump('error', 5, 1)).toBeUndefined();
    expect(buffer.jump('error', 7, -1)).toBe(5);
    expect(buffer.jump('phase', 4, -1)).toBe(2);
    expect(buffer.jump('phase', -1, 1)).toBe(0);
    expect(buffer.jump('phase', 0, -1)).toBeUndefined();
  });

  it('looks for a word of every line that is an error', () => {
    const word = fc.constantFrom(
      ...['error', 'Error', ':', ' TS12', 'ERR!', 'exception', 'FATAL', 'fatal:', 'panic:', 'Traceback', ' '],
      ...[
        '(most recent call last)',
        'command not found',
        'is not recognized as',
        'No such file or directory',
      ],
      ...[
        'Permission denied',
        'AccessDenied',
        'Access Denied',
        'exit',
        'exited with',
        ' status',
        ' code',
        ' 1',
      ],
      ...[
        'cannot find',
        'unable to locate',
        own('Phase complete: BUILD Success: false'),
        'x',
        '2',
        '\x1b[1m',
      ],
      ...[
        own('Phase context status code: A Message: b'),
        own('Command did not exit successfully a exit status 1'),
      ],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const text = words.join('').replace(/\x1b\[1m/g, '');
        if (isErrorLine(text)) expect(text.search(errorLines.inText ?? /$^/)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
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
