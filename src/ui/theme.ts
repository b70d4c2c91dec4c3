import { createContext, useContext } from 'react';
import type { BuildStatus } from '../domain/build.ts';
import type { Capabilities } from '../domain/terminal.ts';

/** What a piece of text is, not which colour it has: the one place that knows colours is this file. */
export type Tone = 'text' | 'muted' | 'accent' | 'good' | 'warn' | 'bad' | 'title' | 'hit';

/** Characters that differ where only ASCII may be drawn. */
export type Glyphs = {
  marker: string;
  running: string;
  good: string;
  bad: string;
  stopped: string;
  unknown: string;
  waiting: string;
  live: string;
  pausedSign: string;
  trouble: string;
  dash: string;
  ellipsis: string;
  more: string;
  rule: string;
  down: string;
  command: string;
  separator: string;
  crumb: string;
  caret: string;
  arrow: string;
  /** Bar cells from one part filled to full. */
  bar: readonly string[];
  barEmpty: string;
  keys: Readonly<Record<string, string>>;
};

const unicodeGlyphs: Glyphs = {
  marker: '›',
  running: '◐',
  good: '✓',
  bad: '✗',
  stopped: '■',
  unknown: '?',
  waiting: '·',
  live: '●',
  pausedSign: '○',
  trouble: '▲',
  dash: '–',
  ellipsis: '…',
  more: '›',
  rule: '─',
  down: '▼',
  command: '▸',
  separator: '·',
  crumb: '›',
  caret: '▏',
  arrow: '→',
  bar: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  barEmpty: '·',
  keys: { up: '↑', down: '↓', left: '←', right: '→', enter: '⏎' },
};

const asciiGlyphs: Glyphs = {
  marker: '>',
  running: 'o',
  good: '+',
  bad: 'x',
  stopped: '#',
  unknown: '?',
  waiting: '.',
  live: '*',
  pausedSign: 'o',
  trouble: '!',
  dash: '-',
  ellipsis: '~',
  more: '>',
  rule: '-',
  down: 'v',
  command: '>',
  separator: '|',
  crumb: '>',
  caret: '_',
  arrow: '->',
  bar: ['#'],
  barEmpty: '.',
  keys: { up: '^', down: 'v', left: '<', right: '>', enter: 'Enter' },
};

/** SGR codes of the tones; mid tones, readable on a dark and on a light ground. */
const palettes: Record<Exclude<Capabilities['colorDepth'], 0>, Record<Tone, string>> = {
  4: { text: '', muted: '90', accent: '36', good: '32', warn: '33', bad: '31', title: '1', hit: '7' },
  8: {
    text: '',
    muted: '38;5;244',
    accent: '38;5;68',
    good: '38;5;71',
    warn: '38;5;136',
    bad: '38;5;167',
    title: '1',
    hit: '7',
  },
  24: {
    text: '',
    muted: '38;2;128;136;144',
    accent: '38;2;66;141;209',
    good: '38;2;70;160;90',
    warn: '38;2;184;134;32',
    bad: '38;2;212;82;86',
    title: '1',
    hit: '7',
  },
};

export type Theme = {
  glyphs: Glyphs;
  unicode: boolean;
  /** No colours at all. */
  isPlain: boolean;
  /** The text in its tone; the text itself where colours are off. */
  paint(tone: Tone, text: string): string;
};

const reset = '\u001b[0m';

/** The look a terminal allows. */
export function themeFor(capabilities: Pick<Capabilities, 'colorDepth' | 'unicode'>): Theme {
  const { colorDepth, unicode } = capabilities;
  const glyphs = unicode ? unicodeGlyphs : asciiGlyphs;
  if (colorDepth === 0) return { glyphs, unicode, isPlain: true, paint: (_tone, text) => text };
  const palette = palettes[colorDepth];
  return {
    glyphs,
    unicode,
    isPlain: false,
    paint(tone, text) {
      const code = palette[tone];
      return code === '' || text === '' ? text : `\u001b[${code}m${text}${reset}`;
    },
  };
}

export const ThemeContext = createContext<Theme>(themeFor({ colorDepth: 0, unicode: false }));

export const useTheme = () => useContext(ThemeContext);

/** Sign and tone of a build's or phase's status; undefined stands for a phase that has not begun. */
export function statusSign(theme: Theme, status: BuildStatus | undefined): { sign: string; tone: Tone } {
  const { glyphs } = theme;
  switch (status) {
    case 'IN_PROGRESS':
      return { sign: glyphs.running, tone: 'accent' };
    case 'SUCCEEDED':
      return { sign: glyphs.good, tone: 'good' };
    case 'FAILED':
    case 'FAULT':
    case 'TIMED_OUT':
      return { sign: glyphs.bad, tone: 'bad' };
    case 'STOPPED':
      return { sign: glyphs.stopped, tone: 'warn' };
    case 'UNKNOWN':
      return { sign: glyphs.unknown, tone: 'muted' };
    case undefined:
      return { sign: glyphs.waiting, tone: 'muted' };
  }
}
