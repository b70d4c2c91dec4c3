import type xterm from '@xterm/headless';

/** A picture of a terminal, cell by cell, as it stood at one moment. */
export type Frame = { columns: number; rows: Run[][] };

/** Neighbouring cells that look the same. */
type Run = { column: number; width: number; text: string; look: string; background: string | undefined };

const cellWidth = 8.4;
const lineHeight = 18;
const margin = 14;
const ink = '#d0d7de';
const paper = '#0d1117';
const frameLine = '#30363d';

/** The 16 colours that terminals choose themselves. */
const palette = [
  ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
  ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
];
const cube = [0, 95, 135, 175, 215, 255];

function paletteColor(index: number): string {
  const chosen = palette[index];
  if (chosen !== undefined) return chosen;
  if (index >= 232) return rgb(...([8 + (index - 232) * 10] as const));
  const at = index - 16;
  return rgb(cube[Math.floor(at / 36)] ?? 0, cube[Math.floor(at / 6) % 6], cube[at % 6]);
}

const rgb = (red: number, green = red, blue = red) =>
  `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** What the emulated terminal shows now. */
export function captureFrame(terminal: xterm.Terminal): Frame {
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: terminal.rows }, (_, row) => {
    const line = buffer.getLine(buffer.viewportY + row);
    const runs: Run[] = [];
    for (let column = 0; column < terminal.cols; column++) {
      const cell = line?.getCell(column);
      if (!cell || cell.getWidth() === 0) continue;
      const { look, background } = lookOf(cell);
      const text = cell.getChars() || ' ';
      const last = runs.at(-1);
      if (last && last.look === look && last.background === background) {
        last.text += text;
        last.width += cell.getWidth();
      } else runs.push({ column, width: cell.getWidth(), text, look, background });
    }
    return runs;
  });
  return { columns: terminal.cols, rows };
}

function lookOf(cell: xterm.IBufferCell): { look: string; background: string | undefined } {
  const own = (isRgb: boolean, isPalette: boolean, color: number) =>
    isRgb ? `#${color.toString(16).padStart(6, '0')}` : isPalette ? paletteColor(color) : undefined;
  let letters = own(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
  let ground = own(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
  if (cell.isInverse()) [letters, ground] = [ground ?? paper, letters ?? ink];
  const look = [
    letters === undefined ? '' : ` fill="${letters}"`,
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isDim() ? ' opacity="0.6"' : '',
    cell.isItalic() ? ' font-style="italic"' : '',
    cell.isUnderline() ? ' text-decoration="underline"' : '',
  ].join('');
  return { look, background: ground };
}

const number = (value: number) => String(Math.round(value * 10) / 10);
const escapeXml = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign,
  );

function rowSvg(runs: readonly Run[]): string {
  let svg = '';
  for (const run of runs) {
    const x = number(run.column * cellWidth);
    const width = number(run.width * cellWidth);
    if (run.background !== undefined) {
      svg += `<rect x="${x}" width="${width}" height="${lineHeight}" fill="${run.background}"/>`;
    }
    const text = run.text.trimEnd();
    if (text === '') continue;
    // Stretched to its cells, whatever font the reader has.
    const length = number((run.width - (run.text.length - text.length)) * cellWidth);
    svg += `<text x="${x}" y="13" textLength="${length}"${run.look}>${escapeXml(text)}</text>`;
  }
  return svg;
}

/**
 * Frames as one SVG, each shown for its seconds, over and over; where nothing may move, the last one alone. Rows that
 * several frames share are kept once.
 * @param title what a reader who cannot see it is told
 */
export function framesToSvg(frames: readonly { frame: Frame; seconds: number }[], title: string): string {
  const columns = Math.max(...frames.map(({ frame }) => frame.columns));
  const rows = Math.max(...frames.map(({ frame }) => frame.rows.length));
  const width = columns * cellWidth + 2 * margin;
  const height = rows * lineHeight + 2 * margin;
  const total = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  const ids = new Map<string, string>();
  const groups = frames.map(({ frame }, index) => {
    const lines = frame.rows.map((runs, row) => {
      const svg = rowSvg(runs);
      if (svg === '') return '';
      const id = ids.get(svg) ?? `r${ids.size}`;
      ids.set(svg, id);
      return `<use href="#${id}" y="${row * lineHeight}"/>`;
    });
    const isLast = index === frames.length - 1;
    return `<g class="f${isLast ? ' last' : ''}" id="f${index}">${lines.join('')}</g>`;
  });
  let from = 0;
  const timing = frames.map(({ seconds }, index) => {
    const to = from + seconds;
    const [start, end] = [from, to].map((at) => `${number((at / total) * 100)}%`);
    from = to;
    const before = index === 0 ? '' : '0%{opacity:0}';
    const after = index === frames.length - 1 ? '' : `${end}{opacity:0}`;
    return `#f${index}{animation:k${index} ${number(total)}s step-end infinite}@keyframes k${index}{${before}${start}{opacity:1}${after}}`;
  });
  const style = [
    'text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}',
    '.f{opacity:0}.last{opacity:1}',
    ...(frames.length > 1
      ? [...timing, '@media (prefers-reduced-motion:reduce){.f{animation:none!important}}']
      : []),
  ].join('');
  const definitions = [...ids].map(([svg, id]) => `<g id="${id}">${svg}</g>`).join('\n');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${number(width)} ${height}" width="${number(width)}" height="${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}</style>`,
    `<defs>\n${definitions}\n</defs>`,
    `<rect x="0.5" y="0.5" width="${number(width - 1)}" height="${height - 1}" rx="8" fill="${paper}" stroke="${frameLine}"/>`,
    `<g transform="translate(${margin} ${margin})" fill="${ink}" xml:space="preserve">`,
    ...groups,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
