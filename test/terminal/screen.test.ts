import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFrame, readFrame, type Screen, type Size } from '../../src/terminal/screen.ts';
import { anyFrame, anySize, emulate, picture, write } from '../support/emulated-terminal.ts';

const steps = fc.array(
  fc.record({
    frame: anyFrame,
    resize: fc.option(anySize, { freq: 9, nil: undefined }),
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
      fc.asyncProperty(anySize, steps, async (first, script) => {
        expect(await differs(drawFrame, first, script)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  const faults: [string, typeof drawFrame][] = [
    ['forgets to erase', (...args) => drawFrame(...args).replaceAll('\x1b[K', '')],
    ['scrolls down where it should scroll up', (...args) => drawFrame(...args).replace(/H\n+/, 'H')],
    ['leaves out colours', (...args) => drawFrame(...args).replace(/\x1b\[[\d;]+m/, '')],
    ['leaves a link open', (...args) => drawFrame(...args).replaceAll('\x1b]8;;\x1b\\', '')],
    ['trusts the width of every glyph', (...args) => drawFrame(...args).replaceAll('👍🏽\x1b', '👍🏽x\x1b')],
  ];
  it.each(faults)('is held to it: a drawing that %s is found', async (_, faulty) => {
    const found = await fc.check(
      fc.asyncProperty(anySize, steps, async (first, script) => !(await differs(faulty, first, script))),
      { numRuns: 2_000 },
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
