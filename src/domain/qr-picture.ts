import type { Capabilities } from './terminal.ts';

/** The modules of a QR code row by row, 1 for a dark one, without the quiet zone around them. */
export type QrCode = { size: number; modules: Uint8Array };

/** Light modules that belong around every code, on each side; ISO/IEC 18004, 9.1. */
export const quietZone = 4;

/** How a terminal draws a code. */
export type CodeLook = { colorDepth: 4 | 8 | 24; unicode: boolean };

/**
 * How a terminal with these capabilities draws a code; undefined without colours: which of reverse video's two grounds
 * is the light one depends on the terminal's theme, and many scanners do not read a code that is light on dark.
 */
export function codeLook({
  colorDepth,
  unicode,
}: Pick<Capabilities, 'colorDepth' | 'unicode'>): CodeLook | undefined {
  return colorDepth === 0 ? undefined : { colorDepth, unicode };
}

/** Whether the module there is dark; places count from the code's corner, what lies around it is light. */
export function isDark({ size, modules }: QrCode, x: number, y: number): boolean {
  const isInside = x >= 0 && y >= 0 && x < size && y < size;
  return isInside && modules[y * size + x] === 1;
}

/** Columns and rows that a code takes with its quiet zone: two modules a row, or without half blocks two columns each. */
export function codeSpace({ size }: QrCode, { unicode }: CodeLook): { columns: number; rows: number } {
  const modules = size + 2 * quietZone;
  return unicode
    ? { columns: modules, rows: Math.ceil(modules / 2) }
    : { columns: 2 * modules, rows: modules };
}

/**
 * SGR codes of black and white, for letters and for the ground. Of 256 colours those of the cube, which themes leave
 * alone; of 16 the brightest white. A code needs just these: no tone of the theme.
 */
const inks: Record<CodeLook['colorDepth'], { letter: [string, string]; ground: [string, string] }> = {
  4: { letter: ['97', '30'], ground: ['107', '40'] },
  8: { letter: ['38;5;231', '38;5;16'], ground: ['48;5;231', '48;5;16'] },
  24: { letter: ['38;2;255;255;255', '38;2;0;0;0'], ground: ['48;2;255;255;255', '48;2;0;0;0'] },
};

/**
 * A code with its quiet zone as rows with their colours, black on white whatever the theme. A cell of one colour is a
 * blank: a ground has no gaps between rows, as letters of some fonts have.
 */
export function codeRows(code: QrCode, look: CodeLook): string[] {
  const { columns, rows } = codeSpace(code, look);
  const { letter, ground } = inks[look.colorDepth];
  return Array.from({ length: rows }, (_, row) => {
    let text = '';
    let last = '';
    for (let column = 0; column < columns; column += 1) {
      const [top, bottom] = look.unicode
        ? [darkAt(code, column, 2 * row), darkAt(code, column, 2 * row + 1)]
        : [darkAt(code, column >> 1, row), darkAt(code, column >> 1, row)];
      const ink = `\x1b[${letter[top]};${ground[bottom]}m`;
      text += `${ink === last ? '' : ink}${top === bottom ? ' ' : '▀'}`;
      last = ink;
    }
    return `${text}\x1b[0m`;
  });
}

/** 1 for dark; here places count from the corner of the quiet zone. */
const darkAt = (code: QrCode, x: number, y: number): 0 | 1 =>
  isDark(code, x - quietZone, y - quietZone) ? 1 : 0;

/** Why a code cannot be drawn in that room, as a sentence; undefined where it can. */
export function whyNotDrawn(
  code: QrCode,
  look: CodeLook | undefined,
  room: { columns: number; rows: number },
): string | undefined {
  if (!look) return 'Without colours a QR code may come out light on dark, which many scanners do not read.';
  const { columns, rows } = codeSpace(code, look);
  if (columns <= room.columns && rows <= room.rows) return undefined;
  return `The QR code needs ${columns} columns and ${rows} rows; this terminal has ${room.columns} and ${room.rows}.`;
}
