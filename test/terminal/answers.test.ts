import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answers, createAnswerFilter } from '../../src/terminal/answers.ts';

/** Feeds pieces one after the other; answers the keys that came out and what was heard. */
function feed(pieces: readonly Buffer[]): { keys: string; heard: Answers; held: string | undefined } {
  let heard: Answers = {};
  const filter = createAnswerFilter((answers) => {
    heard = { ...heard, ...answers };
  });
  const keys = Buffer.concat(pieces.map((piece) => filter.take(piece)));
  const held = filter.held();
  return { keys: Buffer.concat([keys, filter.release()]).toString('latin1'), heard, held };
}

/** Cuts bytes at random places. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
};

const cuts = fc.array(fc.nat(), { maxLength: 12 });

/** Whole keys as terminals send them: none is the beginning of an answer once the next key follows. */
const anyKey = fc.constantFrom(
  'j',
  'q',
  'é',
  '漢',
  '\r',
  '\t',
  '\x03',
  '\x7f',
  '\x1b[A',
  '\x1b[5~',
  '\x1b[1;5C',
  '\x1bOP',
  '\x1bj',
  '\x1b[200~pasted \x1b[31m text\x1b[201~',
  '\x1b[I',
  '\x1b[<0;10;20M',
);
const anyAnswer = fc.oneof(
  fc.constantFrom(
    '\x1bP>|XTerm(388)\x1b\\',
    '\x1bP>|tmux 3.4\x1b\\',
    '\x1bP>|kitty(0.42.1)\x07',
    '\x1bP>|\x1b\\',
    '\x1b[?2026;2$y',
    '\x1b[?2026;0$y',
    '\x1b[?1049;1$y',
    '\x1b[?62;4;22c',
    '\x1b[?6c',
    '\x1b[?c',
  ),
  // Longer than any name: dropped whole.
  fc.integer({ min: 190, max: 9_000 }).map((length) => `\x1bP>|${'x'.repeat(length)}\x1b\\`),
);

describe('the answers of the terminal', () => {
  it.each([
    ['\x1bP>|XTerm(388)\x1b\\\x1b[?2026;2$y\x1b[?64;1c', { name: 'XTerm(388)', synchronizedOutput: true }],
    ['\x1bP>|tmux 3.4\x1b\\\x1b[?2026;0$y\x1b[?1;2;4c', { name: 'tmux 3.4', synchronizedOutput: false }],
    ['\x1b[?2026;4$y\x1b[?6c', { synchronizedOutput: false }],
    ['\x1b[?2026;1$y\x1b[?6c', { synchronizedOutput: true }],
    ['\x1b[?6c', {}],
    // A name that is none.
    ['\x1bP>|caf\xc3\xa9\x1b\\\x1b[?6c', {}],
    [`\x1bP>|${'x'.repeat(8_192)}\x1b\\\x1b[?6c`, {}],
    // Of another mode.
    ['\x1b[?1000;0$y\x1b[?6c', {}],
  ])('%j are read', (text, heard) => {
    expect(feed([Buffer.from(text, 'latin1')])).toEqual({
      keys: '',
      heard: { ...heard, isComplete: true },
      held: undefined,
    });
  });

  it('leave keys alone, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(anyKey), cuts, (keys, places) => {
        const bytes = Buffer.from(keys.join(''));
        expect(feed(cut(bytes, places)).keys).toBe(bytes.toString('latin1'));
      }),
    );
  });

  it('are taken out from between the keys, which stay whole and in order', () => {
    const anyStream = fc.array(
      fc.oneof(
        anyKey.map((text) => ({ text, isKey: true })),
        anyAnswer.map((text) => ({ text, isKey: false })),
      ),
    );
    fc.assert(
      fc.property(anyStream, cuts, (parts, places) => {
        const bytes = Buffer.from(parts.map(({ text }) => text).join(''));
        const keys = Buffer.from(
          parts
            .filter(({ isKey }) => isKey)
            .map(({ text }) => text)
            .join(''),
        );
        expect(feed(cut(bytes, places)).keys).toBe(keys.toString('latin1'));
      }),
    );
  });

  it('never make bytes up, grow without bound or lose the keys behind what is no answer', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 8_192 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(
          fc.constantFrom('\x1b', 'P', '>', '|', '[', '?', '2026', ';', '$', 'y', 'c', '\\', '\x07', 'x'),
          {
            maxLength: 2_000,
          },
        )
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(garbage, cuts, (bytes, places) => {
        const { keys } = feed(cut(bytes, places));
        expect(isWithin(keys, bytes.toString('latin1'))).toBe(true);
        // Cancelled as a terminal would: whatever was begun ends at the control.
        const behind = feed([...cut(bytes, places), Buffer.from('\x18\x18jk')]);
        expect(behind.keys.endsWith('jk')).toBe(true);
      }),
    );
  });

  it('give the same whole or byte by byte', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyKey, anyAnswer), { maxLength: 6 }), (parts) => {
        const bytes = Buffer.from(parts.join(''));
        const whole = feed([bytes]);
        const apart = feed([...bytes].map((byte) => Buffer.from([byte])));
        expect(apart).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('hold back what may be the beginning of one, and give it out as keys when told to', () => {
    const filter = createAnswerFilter(() => {});
    for (const keys of ['\x1b', '\x1b[', '\x1bP', '\x1b[?', '\x1bP>']) {
      expect(filter.take(Buffer.from(keys)).length).toBe(0);
      expect(filter.held()).toBe('maybe');
      expect(filter.release().toString()).toBe(keys);
    }
    for (const half of ['\x1b[?62', '\x1b[?2026;2$', '\x1bP>|XTe', '\x1bP>|XTerm\x1b']) {
      expect(filter.take(Buffer.from(half)).length).toBe(0);
      expect(filter.held()).toBe('answer');
      expect(filter.release().length).toBe(0);
    }
    expect(filter.take(Buffer.from('j')).toString()).toBe('j');
  });
});

/** Whether `part` is left when characters are taken out of `whole`. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (part[at] === character) at += 1;
  return at === part.length;
}
