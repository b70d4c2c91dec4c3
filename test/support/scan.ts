import { inflateSync } from 'node:zlib';
import type xterm from '@xterm/headless';
import jsqr from 'jsqr';

/** Under this type the bundler's and Node's view of a CommonJS default export are the same. */
const decode = ((jsqr as unknown as { default?: typeof jsqr }).default ?? jsqr) as typeof jsqr;

type Colour = readonly [number, number, number];
type Picture = { width: number; height: number; pixels: Uint8ClampedArray };

/** Pixels of a cell: twice as high as wide. */
const cellWidth = 4;
const cellHeight = 2 * cellWidth;

export const darkTheme = { letter: [204, 204, 204], ground: [30, 30, 30] } as const;
export const lightTheme = { letter: [60, 60, 60], ground: [255, 255, 255] } as const;

/** What a phone reads from an emulated terminal: the text of the QR code on its screen, or undefined. */
export function scanScreen(
  terminal: xterm.Terminal,
  theme: typeof darkTheme | typeof lightTheme = darkTheme,
) {
  return scan(photograph(terminal, theme));
}

/** What a phone reads from a PNG: grey, one bit a pixel. */
export const scanPng = (png: Uint8Array) => scan(readPng(png));

function scan({ pixels, width, height }: Picture): string | undefined {
  // As scanners do that save the effort of trying the negative too.
  return decode(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data;
}

/** The screen in pixels: grounds, upper halves, and a blot for any other letter. */
function photograph(terminal: xterm.Terminal, theme: { letter: Colour; ground: Colour }): Picture {
  const width = terminal.cols * cellWidth;
  const height = terminal.rows * cellHeight;
  const pixels = new Uint8ClampedArray(4 * width * height).fill(255);
  const paint = (x: number, y: number, columns: number, rows: number, colour: Colour) => {
    for (let row = y; row < y + rows; row += 1) {
      for (let column = x; column < x + columns; column += 1) pixels.set(colour, 4 * (row * width + column));
    }
  };
  const buffer = terminal.buffer.active;
  for (let row = 0; row < terminal.rows; row += 1) {
    const line = buffer.getLine(buffer.viewportY + row);
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      if (!cell) continue;
      const [x, y] = [column * cellWidth, row * cellHeight];
      const { letter, ground } = coloursOf(cell, theme);
      const glyph = cell.getChars();
      paint(x, y, cellWidth, cellHeight, ground);
      if (glyph === '▀') paint(x, y, cellWidth, cellHeight / 2, letter);
      else if (glyph.trim() !== '') paint(x + 1, y + 2, cellWidth - 2, cellHeight - 4, letter);
    }
  }
  return { width, height, pixels };
}

function coloursOf(cell: xterm.IBufferCell, theme: { letter: Colour; ground: Colour }) {
  const letter = cell.isFgDefault() ? theme.letter : colour(cell.getFgColor(), cell.isFgRGB());
  const ground = cell.isBgDefault() ? theme.ground : colour(cell.getBgColor(), cell.isBgRGB());
  return cell.isInverse() ? { letter: ground, ground: letter } : { letter, ground };
}

function colour(value: number, isDirect: boolean): Colour {
  if (isDirect) return [value >> 16, (value >> 8) & 0xff, value & 0xff];
  if (value < 16) return basic[value] as Colour;
  if (value >= 232) return grey(8 + 10 * (value - 232));
  const cube = value - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

const grey = (value: number): Colour => [value, value, value];
const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
/** xterm's: other terminals and themes have others. */
const basic: readonly Colour[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

function readPng(png: Uint8Array): Picture {
  const bytes = Buffer.from(png);
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    chunks[type] = bytes.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
  const { IHDR: header = Buffer.alloc(8), IDAT: data = Buffer.alloc(0) } = chunks;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(data);
  const pitch = 1 + Math.ceil(width / 8);
  const pixels = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const byte = rows[y * pitch + 1 + (x >> 3)] ?? 0;
      pixels.set(grey(byte & (0x80 >> (x & 7)) ? 255 : 0), 4 * (y * width + x));
    }
  }
  return { width, height, pixels };
}
