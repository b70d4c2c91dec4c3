import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFrame, fitFrame, type Screen, type Size } from '../../src/terminal/screen.ts';
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
const size = fc.record({ columns: fc.integer({ min: 4, max: 24 }), rows: fc.integer({ min: 1, max: 7 }) });
const steps = fc.array(fc.record({ frame, resize: fc.option(size, { freq: 5, nil: undefined }) }), {
  minLength: 1,
  maxLength: 12,
});

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
    const rows = fitFrame(step.frame, now);
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

  it('is held to it: a drawing that forgets to erase is found', async () => {
    const forgetful: typeof drawFrame = (before, rows, at) =>
      drawFrame(before, rows, at).replaceAll('\x1b[K', '');
    const found = await fc.check(
      fc.asyncProperty(size, steps, async (first, script) => !(await differs(forgetful, first, script))),
      { numRuns: 300 },
    );
    expect(found.failed).toBe(true);
  });

  it('sends nothing when nothing changed', () => {
    const at = { columns: 20, rows: 3 };
    const rows = fitFrame('one\ntwo', at);
    expect(drawFrame({ size: at, rows }, rows, at)).toBe('');
  });

  it('sends one row, from its first change on, when one row changed', () => {
    const at = { columns: 20, rows: 3 };
    const bytes = drawFrame(
      { size: at, rows: fitFrame('one\ntime 10\nx', at) },
      fitFrame('one\ntime 11\nx', at),
      at,
    );
    expect(bytes).toContain('\x1b[2;7H');
    expect(bytes).not.toContain('time');
  });
});
