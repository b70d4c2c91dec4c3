import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOutputSplitter, maxLineBytes, type OutputPart } from '../../src/runner/output-splitter.ts';
import { runBuildspec } from './run-buildspec.ts';

const markStart = Buffer.from('\0token ');

/** Pushes bytes in chunks of the sizes given, the rest in one. */
function split(bytes: Buffer, sizes: number[] = [], maxBytes?: number): OutputPart[] {
  const splitter = createOutputSplitter(markStart, maxBytes);
  const parts: OutputPart[] = [];
  let rest = bytes;
  for (const size of sizes) {
    parts.push(...splitter.push(rest.subarray(0, size)));
    rest = rest.subarray(size);
  }
  return [...parts, ...splitter.push(rest), ...splitter.flush()];
}

/** Neighbouring line parts as one: where chunks end is no matter. */
function joined(parts: OutputPart[]): (string | { mark: string })[] {
  return parts.flatMap<string | { mark: string }>((part) =>
    part.kind === 'lines' ? part.lines : [{ mark: part.text }],
  );
}

describe('splitting output', () => {
  test('lines end with LF or CRLF, an unfinished one with the mark or the end', () => {
    expect(joined(split(Buffer.from('a\r\n\nb\rc\nd\0token 3\0e')))).toEqual([
      'a',
      '',
      'b\rc',
      'd',
      { mark: '3' },
      'e',
    ]);
  });

  test('any cut into chunks gives the same lines and marks', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n', '\r\n', '\0', '\0tok', '\0token 0\0', '\0token 137\0', 'ä€😀'),
    );
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }),
        (pieces, sizes) => {
          const bytes = Buffer.from(pieces.join(''));
          expect(joined(split(bytes, sizes))).toEqual(joined(split(bytes)));
        },
      ),
    );
  });

  test('a line longer than the cap is cut between characters, nothing is lost', () => {
    const text = `${'€'.repeat(1000)}\nend`;
    const lines = joined(split(Buffer.from(text), [7, 100, 1], 64)).map(String);
    expect(lines.at(-1)).toBe('end');
    expect(lines.slice(0, -1).join('')).toBe('€'.repeat(1000));
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(64);
    expect(lines.join('')).not.toContain('\uFFFD');
  });

  test('bytes that are no UTF-8 are kept as replacement characters, and long runs of them are cut too', () => {
    const lines = joined(split(Buffer.alloc(100, 0x80), [], 16)) as string[];
    expect(lines.join('')).toBe('\uFFFD'.repeat(100));
  });
});

test('output that begins like a mark is output', async () => {
  const { text, ended } = await runBuildspec(
    `version: 0.2\nphases:\n  build:\n    commands:\n      - "printf 'a\\\\000token 0\\\\000b\\\\n'; exit 4"\n`,
  );
  expect(text).toContain('a\0token 0\0b');
  expect(ended.status).toBe('FAILED');
});

test('a line without an end is cut at the cap', async () => {
  const { text } = await runBuildspec(
    `version: 0.2\nphases:\n  build:\n    commands:\n      - node -e "process.stdout.write('x'.repeat(${maxLineBytes} + 10))"\n`,
  );
  expect(text.filter((line) => /^x+$/.test(line)).map((line) => line.length)).toEqual([maxLineBytes, 10]);
});

test('a command that prints at full speed waits for a sink that is behind, and every line arrives in order', async () => {
  const count = 200_000;
  let taken = 0;
  let waiting = 0;
  let overlapped = false;
  const { ended } = await runBuildspec(
    `version: 0.2\nphases:\n  build:\n    commands:\n      - i=0; while [ $i -lt ${count} ]; do echo $i; i=$((i+1)); done\n`,
    {
      onEvent: async (event) => {
        if (event.kind !== 'log') return;
        overlapped ||= waiting > 0;
        waiting += 1;
        for (const line of event.lines) if (line === String(taken)) taken += 1;
        await new Promise((resolve) => setImmediate(resolve));
        waiting -= 1;
      },
    },
  );
  expect(ended.status).toBe('SUCCEEDED');
  expect(taken).toBe(count);
  expect(overlapped).toBe(false);
});
