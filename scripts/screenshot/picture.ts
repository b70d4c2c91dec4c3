import type { IBufferCell, Terminal } from '@xterm/headless';

/** How a run of cells looks; colours as `#rrggbb`, absent for the terminal's own. */
export type Look = {
  color?: string;
  background?: string;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
};

/** Cells of one row that look the same and hold no gap wider than one blank. */
export type Run = { column: number; width: number; text: string; look: Look };

/** What a terminal showed at one moment. */
export type Picture = { columns: number; rows: readonly (readonly Run[])[]; text: string };

/** Reads the visible part of a terminal, cell by cell. */
export function takePicture(terminal: Terminal, own: { color: string; background: string }): Picture {
  const buffer = terminal.buffer.active;
  const rows: Run[][] = [];
  const lines: string[] = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = buffer.getLine(buffer.viewportY + y);
    lines.push(line?.translateToString(true) ?? '');
    const cells: Cell[] = [];
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line?.getCell(x);
      // The right half of a wide character has no width of its own.
      if (cell && cell.getWidth() > 0) cells.push(readCell(cell, x, own));
    }
    rows.push(mergeRuns(cells));
  }
  return { columns: terminal.cols, rows, text: lines.join('\n') };
}

type Cell = Run & { isBlank: boolean };

function readCell(cell: IBufferCell, column: number, own: { color: string; background: string }): Cell {
  const color = colorOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
  const background = colorOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
  const isInverse = cell.isInverse() !== 0;
  const shown = isInverse ? { color: background ?? own.background, background: color ?? own.color } : {};
  const text = cell.getChars() || ' ';
  const look: Look = {
    ...(color === undefined ? {} : { color }),
    ...(background === undefined ? {} : { background }),
    ...shown,
    ...(cell.isBold() ? { bold: true as const } : {}),
    ...(cell.isDim() ? { dim: true as const } : {}),
    ...(cell.isItalic() ? { italic: true as const } : {}),
    ...(cell.isUnderline() ? { underline: true as const } : {}),
  };
  const isBlank = text === ' ' && look.background === undefined && look.underline === undefined;
  return { column, width: cell.getWidth(), text, look, isBlank };
}

/**
 * Joins cells into runs. Only one blank may lie within a run: wider gaps would move what follows them in a font whose
 * blank is not as wide as its letters. Signs stand alone, as they often come from another font.
 */
export function mergeRuns(cells: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  let gap = 2;
  for (const { isBlank, ...cell } of cells) {
    if (isBlank) {
      gap += 1;
      continue;
    }
    const last = runs.at(-1);
    if (last && gap < 2 && canJoin(last, cell, gap)) {
      last.text += ' '.repeat(gap) + cell.text;
      last.width += gap + cell.width;
    } else {
      runs.push({ ...cell });
    }
    gap = 0;
  }
  return runs;
}

function canJoin(run: Run, cell: Run, gap: number): boolean {
  // A blank with a colour or a line of its own is no gap.
  if (gap > 0 && (run.look.background !== undefined || run.look.underline)) return false;
  const kind = kindOf(cell.text);
  if (kind === 'sign' || kind !== kindOf(run.text) || (kind !== 'text' && gap > 0)) return false;
  return isSameLook(run.look, cell.look);
}

/** Signs are arrows, part blocks and shapes; lines and whole blocks run on. */
function kindOf(text: string): 'line' | 'block' | 'sign' | 'text' {
  if (/^─+$/u.test(text)) return 'line';
  if (/^█+$/u.test(text)) return 'block';
  return /[\u2190-\u2bff]/u.test(text) ? 'sign' : 'text';
}

function isSameLook(a: Look, b: Look): boolean {
  return (
    a.color === b.color &&
    a.background === b.background &&
    a.bold === b.bold &&
    a.dim === b.dim &&
    a.italic === b.italic &&
    a.underline === b.underline
  );
}

/** The first 16 colours, as calm on a dark ground as the rest of the picture. */
const palette = [
  '#1b2028', '#d45256', '#46a05a', '#b88620', '#428dd1', '#a371c7', '#39a5a5', '#c9d1d9',
  '#808890', '#e5686c', '#5bb870', '#cf9d37', '#62a5e3', '#b98ad9', '#53bdbd', '#f0f3f6',
]; // biome-ignore format: a table

const cube = [0, 95, 135, 175, 215, 255];

function colorOf(isRgb: boolean, isPalette: boolean, value: number): string | undefined {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  if (!isPalette) return undefined;
  if (value < 16) return palette[value];
  if (value >= 232) return hex(8 + (value - 232) * 10, 8 + (value - 232) * 10, 8 + (value - 232) * 10);
  const index = value - 16;
  return hex(cube[Math.floor(index / 36)], cube[Math.floor(index / 6) % 6], cube[index % 6]);
}

const hex = (...parts: (number | undefined)[]) =>
  `#${parts.map((part) => (part ?? 0).toString(16).padStart(2, '0')).join('')}`;
