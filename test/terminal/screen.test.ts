import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFrame, readFrame, type Screen, type Size } from '../../src/terminal/screen.ts';
import { autowrapOff } from '../../src/terminal/sequences.ts';

/** What stands on an emulated terminal: text and colours, cell by cell. */
function picture(terminal: xterm.Terminal): string[] {
  const buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows }, (_, y) => {
    const line = buffer.getLine(buffer.viewportY + y);
    let row = '';
    for (let x = 0; x < terminal.cols; x += 1) {
      const cell = line?.getCell(x);
      row += `${cell?.getChars() || ' '}${cell?.getFgColor()}${cell?.isBold() ? 'b' : ''}${cell?.isInverse() ? 'i' : ''}|`;
    }
    return row;
  });
}

const emulate = (size: Size) => {
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  terminal.write(autowrapOff);
  return terminal;
};
const write = (terminal: xterm.Terminal, text: string) =>
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
  .tuple(fc.constantFrom('', '\x1b[31m', '\x1b[1m', '\x1b[7m', '\x1b[32m'), fc.array(word, { maxLength: 6 }))
  .map(([style, words]) => (style === '' ? words.join('') : `${style}${words.join('')}\x1b[0m`));
const row = fc.array(styled, { maxLength: 5 }).map((parts) => parts.join(''));
const frame = fc.array(row, { maxLength: 8 }).map((rows) => rows.join('\n'));
/** Parts of one long text, as a log is scrolled through, with a row of its own above and below. */
const scrolled = fc
  .record({ top: fc.nat(5), height: fc.integer({ min: 5, max: 10 }), head: row, foot: row })
  .map(({ top, height, head, foot }) => [head, ...longText.slice(top, top + height), foot].join('\n'));
const longText = Array.from({ length: 20 }, (_, at) =>
  at % 5 === 0
    ? ''
    : at % 3 === 0
      ? `\x1b[32m${at}\x1b[0m 漢 ${'-'.repeat(at)}`
      : `line ${at} 👍🏽 of the log`,
);
const size = fc.record({ columns: fc.integer({ min: 4, max: 36 }), rows: fc.integer({ min: 1, max: 12 }) });
const steps = fc.array(
  fc.record({
    frame: fc.oneof(frame, { weight: 2, arbitrary: scrolled }),
    resize: fc.option(size, { freq: 9, nil: undefined }),
  }),
  {
    minLength: 2,
    maxLength: 14,
  },
);

async function differs(
  draw: typeof drawFrame,
  first: Size,
  script: { frame: string; resize: Size | undefined }[],
): Promise<boolean> {
  let now = first;
  const terminal = emulate(now);
  let screen: Screen;
  for (const step of script) {
    if (step.resize) {
      now = step.resize;
      terminal.resize(now.columns, now.rows);
      screen = undefined;
    }
    const rows = readFrame(step.frame, now, screen);
    await write(terminal, draw(screen, rows, now));
    screen = { size: now, rows };
  }
  const full = emulate(now);
  await write(full, drawFrame(undefined, screen?.rows ?? [], now));
  const [shown, wanted] = [picture(terminal), picture(full)];
  terminal.dispose();
  full.dispose();
  return JSON.stringify(shown) !== JSON.stringify(wanted);
}

describe('drawing only what changed', () => {
  it('shows what a full repaint shows, through any frames and sizes', async () => {
    await fc.assert(
      fc.asyncProperty(size, steps, async (first, script) => {
        expect(await differs(drawFrame, first, script)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  const faults: [string, typeof drawFrame][] = [
    ['forgets to erase', (...args) => drawFrame(...args).replaceAll('\x1b[K', '')],
    ['scrolls down where it should scroll up', (...args) => drawFrame(...args).replace(/H\n+/, 'H')],
    ['leaves out colours', (...args) => drawFrame(...args).replace(/\x1b\[[\d;]+m/, '')],
    ['trusts the width of every glyph', (...args) => drawFrame(...args).replaceAll('👍🏽\x1b', '👍🏽x\x1b')],
  ];
  it.each(faults)('is held to it: a drawing that %s is found', async (_, faulty) => {
    const found = await fc.check(
      fc.asyncProperty(size, steps, async (first, script) => !(await differs(faulty, first, script))),
      { numRuns: 400 },
    );
    expect(found.failed).toBe(true);
  });

  it('sends nothing when nothing changed', () => {
    const at = { columns: 20, rows: 3 };
    const rows = readFrame('one\ntwo', at);
    expect(drawFrame({ size: at, rows }, rows, at)).toBe('');
  });

  it('scrolls a log that moved by a line instead of sending it again', () => {
    const at = { columns: 40, rows: 12 };
    const log = (from: number) =>
      Array.from({ length: 10 }, (_, row) => `a line of the log, number ${from + row}`);
    const rows = readFrame(['head', ...log(1), 'foot'].join('\n'), at);
    const next = readFrame(['head', ...log(2), 'foot'].join('\n'), at);
    const bytes = drawFrame({ size: at, rows }, next, at);
    expect(bytes).toContain('a line of the log, number 11');
    expect(bytes).not.toContain('number 10');
    expect(bytes.length).toBeLessThan(80);
  });

  it('sends one row, from its first change on, when one row changed', () => {
    const at = { columns: 20, rows: 3 };
    const bytes = drawFrame(
      { size: at, rows: readFrame('one\ntime 10\nx', at) },
      readFrame('one\ntime 11\nx', at),
      at,
    );
    expect(bytes).toContain('\x1b[2;7H');
    expect(bytes).not.toContain('time');
  });
});
