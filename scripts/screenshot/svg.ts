import type { Look, Picture, Run } from './picture.ts';

/** Colours of the terminal itself. */
export const ground = { color: '#ccd3db', background: '#12161c' };

/** One picture of an animation. */
export type Scene = {
  picture: Picture;
  /** How long it stands. */
  ms: number;
  /** The key that led to it, shown in the window's title bar. */
  key?: { name: string; does: string };
};

const cell = { width: 8.4, height: 19, font: 14, baseline: 14 };
const bar = 38;
const padding = { x: 16, top: 10, bottom: 14 };
const margin = 1;

/** A still of one picture, in a window. */
export function drawStill(picture: Picture, about: { title: string; description: string }): string {
  const looks = createLooks();
  const rows = picture.rows.map((row, y) => {
    const drawn = drawRow(row, looks);
    return drawn === '' ? '' : `<g transform="translate(0 ${y * cell.height})">${drawn}</g>`;
  });
  return drawWindow(picture, about, looks, '', `<g ${origin()}>${rows.join('\n')}</g>`);
}

/**
 * An animation that goes round for ever. Where nothing moves (no CSS, or motion reduced by the reader) the scene
 * numbered `poster` stands still. Rows that several scenes share are drawn once.
 */
export function drawAnimation(
  scenes: readonly Scene[],
  poster: number,
  about: { title: string; description: string },
): string {
  const [first] = scenes;
  if (!first) throw new RangeError('An animation needs a scene.');
  const looks = createLooks();
  const drawnRows = new Map<string, string>();
  const nameOf = (drawn: string) => {
    const name = drawnRows.get(drawn) ?? `r${drawnRows.size}`;
    drawnRows.set(drawn, name);
    return name;
  };
  const total = scenes.reduce((sum, { ms }) => sum + ms, 0);
  let begun = 0;
  const rules = [`.s{visibility:hidden;animation:${total / 1000}s step-end infinite}`];
  const groups = scenes.map(({ picture, ms, key }, index) => {
    const from = (begun / total) * 100;
    begun += ms;
    const to = (begun / total) * 100;
    const before = index === 0 ? '' : '0%{visibility:hidden}';
    const after = index === scenes.length - 1 ? '' : `${percent(to)}{visibility:hidden}`;
    rules.push(`@keyframes k${index}{${before}${percent(from)}{visibility:visible}${after}}`);
    rules.push(`#s${index}{animation-name:k${index}}`);
    const rows = picture.rows.map((row, y) => {
      const drawn = drawRow(row, looks);
      return drawn === '' ? '' : `<use href="#${nameOf(drawn)}" y="${y * cell.height}"/>`;
    });
    const cap = key ? drawKey(key, picture) : '';
    return `<g id="s${index}" class="s" ${origin()}>${cap}${rows.join('')}</g>`;
  });
  rules.push(`#s${poster}{visibility:visible}`);
  rules.push('@media(prefers-reduced-motion:reduce){.s{animation:none}}');
  const defs = [...drawnRows].map(([drawn, name]) => `<g id="${name}">${drawn}</g>`).join('\n');
  const body = `<defs>${defs}</defs>\n${groups.join('\n')}`;
  return drawWindow(first.picture, about, looks, rules.join('\n'), body);
}

const percent = (value: number) => `${number(value)}%`;
const number = (value: number) => String(Math.round(value * 100) / 100);
const origin = () => `transform="translate(${margin + padding.x} ${margin + bar + padding.top})"`;

type Looks = { classOf(look: Look): string; rules(): string };

/** Names a CSS class for each look that occurs. */
function createLooks(): Looks {
  const names = new Map<string, string>();
  return {
    classOf({ background: _, ...look }) {
      const rule = ruleOf(look);
      if (rule === '') return '';
      const name = names.get(rule) ?? `c${names.size}`;
      names.set(rule, name);
      return ` class="${name}"`;
    },
    rules: () => [...names].map(([rule, name]) => `.${name}{${rule}}`).join('\n'),
  };
}

function ruleOf(look: Look): string {
  return [
    look.color === undefined ? '' : `fill:${look.color}`,
    look.bold ? 'font-weight:700' : '',
    look.dim ? 'opacity:.6' : '',
    look.italic ? 'font-style:italic' : '',
    look.underline ? 'text-decoration:underline' : '',
  ]
    .filter(Boolean)
    .join(';');
}

function drawRow(row: readonly Run[], looks: Looks): string {
  return row.map((run) => drawBackground(run) + drawRun(run, looks)).join('');
}

function drawBackground({ column, width, look }: Run): string {
  if (look.background === undefined) return '';
  return drawRect(column * cell.width, 0, width * cell.width, cell.height, ` fill="${look.background}"`);
}

function drawRun(run: Run, looks: Looks): string {
  const { column, width, text, look } = run;
  const style = looks.classOf(look);
  const x = column * cell.width;
  // Lines and bars are drawn, not written: fonts leave gaps between them.
  if (/^─+$/u.test(text)) return drawRect(x, cell.height / 2 - 0.5, width * cell.width, 1, style);
  if (/^█+$/u.test(text)) return drawRect(x, 3, width * cell.width, cell.height - 6, style);
  const eighths = '▏▎▍▌▋▊▉'.indexOf(text) + 1;
  if (eighths > 0) return drawRect(x, 3, (cell.width * eighths) / 8, cell.height - 6, style);
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const from = x + (text.length - text.trimStart().length) * cell.width;
  const cells = width - (text.length - trimmed.length);
  // Whatever font the reader has, a run ends in its column.
  const length = cells > 1 ? ` textLength="${number(cells * cell.width)}"` : '';
  return `<text x="${number(from)}" y="${cell.baseline}"${length}${style}>${escapeXml(trimmed)}</text>`;
}

const drawRect = (x: number, y: number, width: number, height: number, style: string) =>
  `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"${style}/>`;

/** A key cap in the title bar, and what the key does. */
function drawKey({ name, does }: { name: string; does: string }, { columns }: Picture): string {
  const right = columns * cell.width;
  const capWidth = name.length * 8 + 14;
  const wordsWidth = does.length * 7.2;
  const x = right - wordsWidth - capWidth - 10;
  const top = -padding.top - bar + 9;
  return [
    `<rect class="cap" x="${number(x)}" y="${top}" width="${capWidth}" height="20" rx="5"/>`,
    `<text class="key" x="${number(x + capWidth / 2)}" y="${top + 14.5}">${escapeXml(name)}</text>`,
    `<text class="does" x="${number(right)}" y="${top + 14.5}">${escapeXml(does)}</text>`,
  ].join('');
}

function drawWindow(
  { columns, rows }: Picture,
  about: { title: string; description: string },
  looks: Looks,
  rules: string,
  body: string,
): string {
  const width = columns * cell.width + 2 * padding.x;
  const height = rows.length * cell.height + bar + padding.top + padding.bottom;
  const dots = [0, 1, 2].map(
    (at) => `<circle cx="${margin + 20 + at * 18}" cy="${margin + bar / 2}" r="5.5"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width + 2 * margin} ${height + 2 * margin}" width="${width + 2 * margin}" height="${height + 2 * margin}" role="img" aria-label="${escapeXml(about.description)}">
<title>${escapeXml(about.description)}</title>
<style>
text{font:${cell.font}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre}
.screen{fill:${ground.color}}
.title,.does{font-size:12px;fill:#808890}
.title{text-anchor:middle}
.does{text-anchor:end}
.cap{fill:#2a313b;stroke:#3a434f}
.key{font-size:12px;font-weight:700;fill:#e6ebf0;text-anchor:middle}
${looks.rules()}
${rules}
</style>
<rect x="${margin}" y="${margin}" width="${width}" height="${height}" rx="10" fill="${ground.background}" stroke="#2a313b"/>
<path d="M${margin} ${margin + bar}h${width}" stroke="#222831"/>
<g fill="#323a45">${dots.join('')}</g>
<text class="title" x="${margin + width / 2}" y="${margin + bar / 2 + 4.5}">${escapeXml(about.title)}</text>
<g class="screen">
${body}
</g>
</svg>
`;
}

const escapeXml = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign,
  );
