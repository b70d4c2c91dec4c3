import xterm from '@xterm/headless';
import fc from 'fast-check';
import type { Size } from '../../src/terminal/screen.ts';
import { autowrapOff } from '../../src/terminal/sequences.ts';

/** Where a cell leads to: the emulator keeps it, and tells it to nobody. */
function linkOf(terminal: xterm.Terminal, cell: xterm.IBufferCell): string {
  const { urlId = 0 } = (cell as unknown as { extended?: { urlId?: number } }).extended ?? {};
  const { _core } = terminal as unknown as {
    _core: { _oscLinkService: { getLinkData(id: number): { uri: string } | undefined } };
  };
  return urlId === 0 ? '' : (_core._oscLinkService.getLinkData(urlId)?.uri ?? '');
}

/** What is to be seen on an emulated terminal: text, colours and links, cell by cell. */
export function picture(terminal: xterm.Terminal): string[] {
  const buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows }, (_, y) => {
    const line = buffer.getLine(buffer.viewportY + y);
    let row = '';
    for (let x = 0; x < terminal.cols; x += 1) {
      const cell = line?.getCell(x);
      if (!cell) continue;
      const glyph = cell.getChars() || ' ';
      const ground = `${cell.getBgColor()}${cell.isInverse() ? 'i' : ''}`;
      // The colour of a letter does not show on a blank, unless it is the ground.
      const letter =
        glyph === ' ' && !cell.isInverse() ? '' : `${cell.getFgColor()}${cell.isBold() ? 'b' : ''}`;
      row += `${glyph}${letter}/${ground}${linkOf(terminal, cell)}|`;
    }
    return row;
  });
}

/** A terminal of that size in the mode the program sets. */
export const emulate = (size: Size) => {
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  terminal.write(autowrapOff);
  return terminal;
};
export const write = (terminal: xterm.Terminal, text: string | Uint8Array) =>
  new Promise<void>((resolve) => terminal.write(text, resolve));

const word = fc.constantFrom(
  'a',
  'b',
  'ab',
  ' ',
  '   ',
  '漢',
  '字',
  'é',
  '👍',
  '👍🏽',
  '🇩🇪',
  '⌚',
  'ผู้',
  'e\u0301',
  '✓',
  '█',
  '-----',
  'log line',
);
const styled = fc
  .tuple(
    fc.constantFrom('', '\x1b[31m', '\x1b[1m', '\x1b[7m', '\x1b[32m', '\x1b[44m'),
    fc.array(word, { maxLength: 6 }),
  )
  .chain((part) =>
    fc.tuple(
      fc.constant(part),
      fc.constantFrom('', '', '', 'https://a.amazonaws.com/', 'https://b.amazonaws.com/'),
    ),
  )
  .map(([[style, words], link]) => {
    const text = style === '' ? words.join('') : `${style}${words.join('')}\x1b[0m`;
    return link === '' ? text : `\x1b]8;;${link}\x07${text}\x1b]8;;\x07`;
  });
/** Any row of text with colours and links. */
export const anyRow = fc.array(styled, { maxLength: 5 }).map((parts) => parts.join(''));
const frame = fc.array(anyRow, { maxLength: 8 }).map((rows) => rows.join('\n'));
/** Parts of one long text, as a log is scrolled through, with a row of its own above and below. */
const scrolled = fc
  .record({ top: fc.nat(5), height: fc.integer({ min: 5, max: 10 }), head: anyRow, foot: anyRow })
  .map(({ top, height, head, foot }) => [head, ...longText.slice(top, top + height), foot].join('\n'));
const longText = Array.from({ length: 20 }, (_, at) =>
  at % 5 === 0
    ? ''
    : at % 3 === 0
      ? `\x1b[32m${at}\x1b[0m 漢 ${'-'.repeat(at)}`
      : `line ${at} 👍🏽 of the log`,
);
export const anySize = fc.record({
  columns: fc.integer({ min: 4, max: 36 }),
  rows: fc.integer({ min: 1, max: 12 }),
});
/** Frames as a program draws them: rows of all kinds of characters, and logs that scroll. */
export const anyFrame = fc.oneof(frame, { weight: 2, arbitrary: scrolled });
