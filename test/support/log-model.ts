import fc from 'fast-check';
import type { LogLine } from '../../src/domain/log.ts';
import { createLogBuffer, type LogBuffer } from '../../src/domain/log-buffer.ts';
import { plain } from '../../src/domain/sanitise.ts';

/** A line of CodeBuild's own. */
export const own = (text: string) => `[Container] 2024/04/21 21:06:52.675129 ${text}`;

export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'b', 'B', 'x', '7', 'ü', '日', ' ', '👍', '\x1b[31m', '\x1b[0m'),
    maxLength: 20,
  }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', 'x', '.'), maxLength: 12 }),
  fc.constantFrom(
    '',
    own('Entering phase BUILD'),
    own('Phase complete: BUILD State: FAILED'),
    'error: broke',
    'no errors',
  ),
);
export const anyLine: fc.Arbitrary<LogLine> = fc.record({ timestamp: fc.nat(), text: anyText });

export type Change =
  | { kind: 'append' | 'prepend'; lines: LogLine[] }
  | { kind: 'note'; text: string }
  | { kind: 'beginning' };

const someLines = fc.array(anyLine, { maxLength: 25 });
export const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('append' as const), lines: someLines }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('prepend' as const), lines: someLines }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('note' as const), text: anyText }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'beginning' as const }) },
);
/** Sizes whose chunks hold a handful of lines, and one that holds all of them in one. */
export const anySize = fc.constantFrom(200, 600, 2_000, 1_000_000);

export type ModelLine = LogLine & { number: number; isNote: boolean };

/** A log buffer, and next to it all lines it must hold, as a plain list. */
export type LogPair = {
  buffer: LogBuffer;
  held(): ModelLine[];
  /** Applies a change to both. */
  change(change: Change): void;
  /** Numbers of the lines whose plain text the test holds for. */
  numbersOf(matches: (text: string, line: ModelLine) => boolean): number[];
};

export function createLogPair(options: { maxBytes: number }): LogPair {
  const buffer = createLogBuffer(options);
  let lines: ModelLine[] = [];
  const add = (added: readonly LogLine[], first: number, isNote = false) =>
    added.map((line, index) => ({ ...line, number: first + index, isNote }));
  const held = () => {
    lines = lines.filter((line) => line.number >= buffer.first);
    return lines;
  };
  return {
    buffer,
    held,
    change(change) {
      switch (change.kind) {
        case 'append':
          lines = [...held(), ...add(change.lines, buffer.count)];
          buffer.append(change.lines);
          break;
        case 'note':
          lines = [...held(), ...add([{ text: change.text, timestamp: 7 }], buffer.count, true)];
          buffer.appendNote(change.text, 7);
          break;
        case 'prepend': {
          const first = buffer.first;
          const taken = buffer.prepend(change.lines);
          const newest = change.lines.slice(change.lines.length - taken);
          lines = [...add(newest, first - taken), ...held()];
          break;
        }
        case 'beginning':
          buffer.markBeginning();
      }
    },
    numbersOf: (matches) =>
      held()
        .filter((line) => matches(plain(line.text), line))
        .map((line) => line.number),
  };
}

/** Pieces of patterns; put together they are often valid, and often not. */
const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    'B',
    'x',
    '7',
    ' ',
    '.',
    '.*',
    '+',
    '*',
    '?',
    '|',
    '^',
    '$',
    '(',
    ')',
    '(?:',
    '(?=',
    '(?!',
    '(?<=',
  ],
  ...[
    '(?<!',
    '(?<n>',
    '\\k<n>',
    '\\1',
    '[',
    ']',
    '[^',
    '[^x]',
    '[^x]*',
    '[^-a]',
    '[^]',
    '[]',
    '[\\s]',
    '[\\W]',
    '-',
  ],
  ...[
    '[\\t-a]',
    '[\\n]',
    '\\s',
    '\\s*',
    '\\S',
    '\\W',
    '\\D',
    '\\d',
    '\\w',
    '\\b',
    '\\B',
    '\\n',
    '\\x0a',
    '\\u000a',
  ],
  ...[
    '\\cJ',
    '\\x',
    '\\u',
    '\\c',
    '\\0',
    '\\012',
    '{',
    '}',
    '{2}',
    '{0,}',
    'ü',
    '日',
    '👍',
    '\\',
    '(?i:',
    '(?s:',
    '(?-m:',
  ],
);
/** What somebody might type to look for something. */
export const anyPattern = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
