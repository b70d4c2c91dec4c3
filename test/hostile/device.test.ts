import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../src/terminal/open-terminal.ts';
import { createHostileText, pieces, seeds } from './support/hostile-text.ts';
import { cellAt, openDevice } from './support/screens.tsx';

const size = { columns: 24, rows: 8 };
const top = '\x1b[1mtop of the screen 漢\x1b[0m';
const foot = '\x1b[7mfoot\x1b[0m of the screen';

type Draw = (device: ReturnType<typeof openDevice>) => (frame: string) => void;

const realDevice: Draw = (device) => {
  const terminal = openTerminal(device.host);
  terminal.open();
  return (frame) => void terminal.frames.write(frame);
};
/** Devices with a hole each: what they send is theirs, the frames are the same. */
const sending =
  (bytes: (frame: string) => string): Draw =>
  (device) =>
  (frame) =>
    void device.host.sink.write(Buffer.from(bytes(frame)));
const atHome = (rows: string[]) => rows.map((row, y) => `\x1b[${y + 1}H${row}\x1b[0m\x1b[K`).join('');
const visible = (row: string) => row.replace(/\x1b\[[\d;]*m/g, '').replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '');
const weakDevices: Record<string, Draw> = {
  'hands frames on as they are': sending((frame) => `\x1b[H${frame}`),
  'lets an OSC through': sending((frame) =>
    atHome(
      frame.split('\n').map((row) => `${visible(row)}${row.match(/\x1b\][^\x07\x1b]*\x07/)?.[0] ?? ''}`),
    ),
  ),
  'lets 8-bit controls through': sending((frame) =>
    atHome(frame.split('\n').map((row) => row.replace(/[\x00-\x1f\x7f]/g, ''))),
  ),
  'lets a row wrap into the next': sending(
    (frame) => `\x1b[?7h${atHome(frame.split('\n').map(visible).toReversed())}`,
  ),
};

/** What frames of hostile rows did beside their pane, on a device that nothing cleaned them for. */
async function harm(draw: Draw, frames: readonly string[][]): Promise<string | undefined> {
  const device = openDevice(size, true);
  const show = draw(device);
  const twin = openDevice(size);
  const showTwin = realDevice(twin);
  for (const rows of frames) {
    show([top, ...rows, foot].join('\n'));
    showTwin([top, ...rows.map(() => 'x'), foot].join('\n'));
    await device.rows();
    await twin.rows();
    const strange = device.strange();
    if (strange !== undefined) return strange;
    for (const y of [0, size.rows - 1]) {
      for (let x = 0; x < size.columns; x += 1) {
        if (cellAt(device.emulator, x, y) !== cellAt(twin.emulator, x, y)) return `cell ${x},${y}`;
      }
    }
  }
  return undefined;
}

const inner = size.rows - 2;
const framesOf = (seed: number, count: number) => {
  const hostile = createHostileText(seed);
  return Array.from({ length: count }, () => Array.from({ length: inner }, hostile.text));
};
/** Every piece by itself, and cut in two rows at every point: the second half begins a row of its own. */
const cutPieces = () => {
  const rows = pieces
    .filter((piece) => piece.length < 12)
    .flatMap((piece) =>
      Array.from(piece, (_, at) => [`a${piece.slice(0, at)}`, `${piece.slice(at)}b`]).flat(),
    );
  return Array.from({ length: Math.ceil(rows.length / inner) }, (_, index) =>
    rows.slice(index * inner, (index + 1) * inner),
  ).map((some) => [...some, ...Array.from({ length: inner - some.length }, () => '')]);
};

describe('the device, given rows that nothing was cleaned of', () => {
  it.each(seeds)('sends no byte and changes no cell beside them, seed %i', async (seed) => {
    expect(await harm(realDevice, framesOf(seed, 60))).toBeUndefined();
  });

  it('does not, wherever a sequence is cut in two', async () => {
    expect(await harm(realDevice, cutPieces())).toBeUndefined();
  });
});

describe('the search for holes in a device', () => {
  it.each(Object.keys(weakDevices))('finds one that %s', async (name) => {
    const found = await Promise.all(
      seeds.slice(0, -1).map((seed) => harm(weakDevices[name] as Draw, framesOf(seed, 30))),
    );
    expect(found.filter((harmed) => harmed !== undefined)).not.toEqual([]);
  });
});
