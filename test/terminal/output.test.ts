import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holeOf, type Regions } from '../../src/domain/regions.ts';
import { createOutput } from '../../src/terminal/output.ts';
import { drawFrame, readFrame, type Size } from '../../src/terminal/screen.ts';
import type { TtySink } from '../../src/terminal/tty-sink.ts';
import { anyFrame, anyRow, anySize, emulate, picture, write } from '../support/emulated-terminal.ts';

/** A frame with holes for a log between its rows. */
const withHoles = fc
  .tuple(anyFrame, fc.nat(6), anyFrame)
  .map(([head, holes, foot]) => [head, ...Array<string>(holes).fill(holeOf('log')), foot].join('\n'));

/** What may happen to the device while a terminal takes its bytes in pieces, or not at all for a while. */
const anyStep = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(anyFrame, withHoles).map((frame) => ({ kind: 'frame' as const, frame })) },
  { weight: 1, arbitrary: anySize.map((size) => ({ kind: 'resize' as const, size })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'bell' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('lines' as const),
      lines: fc.array(anyRow, { maxLength: 6 }),
      when: fc.constantFrom('now' as const, 'soon' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(0, 1, 7, 40, 10_000).map((room) => ({ kind: 'room' as const, room })),
  },
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

type Emulated = ReturnType<typeof emulate>;

const afterRefusal = 150;

/** Takes at most `room` bytes at a time; with no room it refuses every second time. */
function emulatedSink(terminal: Emulated): TtySink & { room: number; flushed(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  let hasRefused = false;
  const sink = {
    room: 10_000,
    write(bytes: Uint8Array) {
      hasRefused = !hasRefused && sink.room === 0;
      if (hasRefused) return 0;
      const taken = bytes.slice(0, sink.room || afterRefusal);
      last = write(terminal, taken);
      return taken.length;
    },
    close: () => {},
    flushed: () => last,
  };
  return sink;
}

async function play(first: Size, steps: readonly Step[]): Promise<[string[], string[]]> {
  let size = first;
  let frame = '';
  const log: string[] = [];
  const regions: Regions = { log: ({ rows }) => log.slice(-rows) };
  const terminal = emulate(size);
  const sink = emulatedSink(terminal);
  const output = createOutput({
    sink,
    size: () => size,
    regions: () => regions,
    onError: (error) => expect(error).toBeUndefined(),
  });
  for (const step of steps) {
    switch (step.kind) {
      case 'frame':
        frame = step.frame;
        output.show(frame);
        break;
      case 'resize':
        // What was taken so far was meant for the old size.
        await sink.flushed();
        size = step.size;
        terminal.resize(size.columns, size.rows);
        output.forget();
        output.show(frame);
        break;
      case 'lines':
        log.push(...step.lines);
        output.touch(step.when);
        break;
      case 'bell':
        output.send('\x07');
        break;
      case 'room':
        sink.room = step.room;
    }
  }
  await output.idle();
  await sink.flushed();
  const full = emulate(size);
  await write(full, drawFrame(undefined, readFrame(frame, size, undefined, regions), size));
  const pictures: [string[], string[]] = [picture(terminal), picture(full)];
  terminal.dispose();
  full.dispose();
  return pictures;
}

it('shows the last frame whole, at rest, whatever came between and however slowly it was read', async () => {
  await fc.assert(
    fc.asyncProperty(anySize, fc.array(anyStep, { minLength: 1, maxLength: 25 }), async (first, steps) => {
      const [shown, wanted] = await play(first, steps);
      expect(shown).toEqual(wanted);
    }),
    { numRuns: 800 },
  );
});

describe('lines that arrive', () => {
  /** A device whose clock is moved by hand; each line is one that was not there. */
  function follow() {
    let at = 0;
    let count = 0;
    const drawnAt: number[] = [];
    const output = createOutput({
      sink: {
        write(bytes) {
          drawnAt.push(at);
          return bytes.length;
        },
        close: () => {},
      },
      size: () => ({ columns: 40, rows: 4 }),
      regions: () => ({ log: () => [`line ${count}`] }),
      onError: (error) => expect(error).toBeUndefined(),
      now: () => at,
    });
    output.show(`head\n${holeOf('log')}`);
    return {
      drawnAt,
      stop: () => void output.stop(),
      arriveAt(time: number) {
        at = time;
        count += 1;
        output.touch('soon');
      },
    };
  }

  it('are drawn in the turn that brings them, where they come about as fast as is drawn', () => {
    const { arriveAt, drawnAt, stop } = follow();
    // Some too soon, some late.
    const times = Array.from({ length: 100 }, (_, index) => 100 + index * 31 + (index % 3) * 8);
    for (const time of times) arriveAt(time);
    expect(drawnAt.slice(1)).toEqual(times);
    stop();
  });

  it('are drawn about thirty times a second, however fast they come', () => {
    const { arriveAt, drawnAt, stop } = follow();
    for (let time = 100; time < 10_100; time++) arriveAt(time);
    expect(drawnAt.length).toBeGreaterThan(325);
    expect(drawnAt.length).toBeLessThan(340);
    stop();
  });

  it('are drawn after keys that moved the picture many times as if these had been one', () => {
    let at = 0;
    let shown = 0;
    const output = createOutput({
      sink: { write: (bytes) => bytes.length, close: () => {} },
      size: () => ({ columns: 40, rows: 4 }),
      regions: () => ({ log: () => [`line ${++shown}`] }),
      onError: (error) => expect(error).toBeUndefined(),
      now: () => at,
    });
    output.show(`head\n${holeOf('log')}`);
    for (let key = 0; key < 1_000; key++) output.touch('now');
    const before = shown;
    at = 31;
    output.touch('soon');
    expect(shown).toBe(before + 1);
    output.stop();
  });
});
