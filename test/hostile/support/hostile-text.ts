/** Strings as somebody would write them who wants the terminal, made from a seed: the same seed, the same strings. */
export type HostileText = {
  /** One string without a line feed in it; now and then an empty one. */
  text(): string;
  /** One string that may hold line feeds, as the message of a log event may. */
  message(): string;
  /** A number from 0 to below `limit`. */
  below(limit: number): number;
};

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));

/** Every control but the line feed, and what else has no place on a screen. */
const controls = [...range(0x00, 0x09), ...range(0x0b, 0x1f), '\x7f', ...range(0x80, 0x9f)];
const invisible = [
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
  ...range(0x200b, 0x200f),
  ...range(0xfe00, 0xfe0f),
  ...['\u00ad', '\u034f', '\u061c', '\u180e', '\u2028', '\u2029', '\u2060', '\u3164', '\ufeff', '\uffa0'],
  ...['\ufff9', '\ufffe', '\u{e0001}', '\u{e0041}', '\u{e007f}', '\u{e0100}', '\u{1d173}', '\u{fffff}'],
  ...['\ud800', '\udbff', '\udc00', '\udfff', '\udc00\ud800'],
];
const strings = ['\x1b]', '\x1bP', '\x1bX', '\x1b^', '\x1b_', '\x9d', '\x90', '\x98', '\x9e', '\x9f'];
const ends = ['\x07', '\x1b\\', '\x9c', '\x18', '\x1a', '\x1b', '\r', ''];
const payloads = [
  ...['52;c;QUJD', '52;c;?', '8;;https://evil.example/', '8;;', '0;title', '2;title', '4;1;rgb:00/00/00'],
  ...[
    '10;?',
    '11;#000',
    '104',
    '1337;File=inline=1:QUJD',
    '777;notify;a;b',
    '9;4;1;50',
    '99;;a',
    'tmux;\x1b\x1b]0;x',
  ],
  ...['$qm', '+q544e', 'q#0;2;0;0;0', 'Gi=1;AAAA', ''],
];
const csi = ['\x1b[', '\x9b', '\x1b[?', '\x1b[>', '\x1b[<', '\x1b[='];
const finals = [...'@ABCDEFGHIJKLMPSTXZ`abcdefghilmnopqrstuvwxyz{|}~'];
const parameters = [
  ...['', '0', '1', '2', '3', '6', '7', '25', '47', '1000', '1004', '1049', '2004', '2026', '9999999999'],
  ...[
    '1;1',
    '5;999',
    ';;;;',
    '-1',
    '4:3',
    ':::',
    '1;'.repeat(64),
    '2;1;',
    '!p',
    ' q',
    '$p',
    '"p',
    '22;2',
    "'",
  ],
];
/** What would do the most harm, whole: modes, moves, erasing, reports, printing, repeating. */
const known = [
  ...[
    '\x1b[?1049h',
    '\x1b[?1049l',
    '\x1b[?1000h',
    '\x1b[?1006h',
    '\x1b[?2004l',
    '\x1b[?7h',
    '\x1b[?25l',
    '\x1b[?2026h',
  ],
  ...[
    '\x1b[>4;1m',
    '\x1b[6n',
    '\x1b[c',
    '\x1b[>c',
    '\x1b[21t',
    '\x1b[!p',
    '\x1b[5i',
    '\x1b[1;2r',
    '\x1b[r',
    '\x1b[99b',
  ],
  ...[
    '\x1b[2J',
    '\x1b[3J',
    '\x1b[H',
    '\x1b[1;1H',
    '\x1b[99A',
    '\x1b[99D',
    '\x1b[L',
    '\x1b[99S',
    '\x9b2J',
    '\x9b1;1H',
  ],
];
const pairs = [
  ...[
    '\x1bc',
    '\x1b#8',
    '\x1b#3',
    '\x1b(0',
    '\x1b)0',
    '\x1b(B',
    '\x1b%G',
    '\x1b7',
    '\x1b8',
    '\x1bD',
    '\x1bE',
  ],
  ...[
    '\x1bH',
    '\x1bM',
    '\x1bN',
    '\x1bO',
    '\x1bZ',
    '\x1b=',
    '\x1b>',
    '\x1b|',
    '\x1b ',
    '\x1b F',
    '\x1b\x1b',
    '\x1bn',
  ],
];
const sgrs = [
  ...[
    '0',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
    '10',
    '11',
    '21',
    '22',
    '27',
    '28',
    '30',
    '37',
    '40',
    '47',
  ],
  ...[
    '53',
    '73',
    '90',
    '107',
    '108',
    '30;40',
    '8;5',
    '1;5;31',
    '38;5;1',
    '38;5;256',
    '38;2;1;2;3',
    '38;2;1;2',
  ],
  ...[
    '38:5:1',
    '38:2::1:2:3',
    '48:2:1:2:3',
    '58;5;1',
    '58:2::1:2:3',
    '4:0',
    '4:3',
    '38',
    '48;5',
    '',
    ';;',
    '0;;31',
  ],
  ...['999999999999999999999', '1'.repeat(200), '38;5;1;'.repeat(20)],
];
const visible = [
  ...[
    'a',
    'B',
    '7',
    ' ',
    '  ',
    '-',
    '~',
    'ab cd',
    'https://x.example/?a=b',
    '"',
    "'",
    '\\',
    '<b>',
    '&#27;',
    '%1b',
  ],
  ...['é', 'ß', 'Я', 'ع', 'ש', 'ไทย', 'क्षि', '漢', '字', '한', 'ｱ', 'Ａ', '０', '│', '─', '█', '✓', '…', '¼'],
  ...[
    '👍',
    '👍🏽',
    '👩‍👩‍👧',
    '🇩🇪',
    '🇩',
    '1️⃣',
    '☀',
    '⌚',
    '\u1100\u1161\u11a8',
    '\u1161',
    '\ua9c5',
    '\ufdfd',
    '\u{12031}',
  ],
  ...['e\u0301', '\u0301', 'z\u0301\u0302\u0303\u0304\u0305\u0306\u0307', '\u20dd', '\u0e33', '\u0600a'],
];
const moves = [
  '\r',
  '\b',
  '\b\b\b\b',
  '\v',
  '\f',
  '\x85',
  '\t',
  '\t\t',
  '\r\r',
  'x\r',
  '\r\x1b[K',
  '\x0e',
  '\x0f',
];

/** Every short piece there is, each by itself: what is split at every point. */
export const pieces: readonly string[] = [
  ...controls,
  ...invisible,
  ...known,
  ...pairs,
  ...moves,
  ...strings.flatMap((begin) => ends.map((end) => `${begin}0;t${end}`)),
  ...payloads.map((payload) => `\x1b]${payload}\x07`),
  ...csi.flatMap((begin) => [`${begin}2J`, `${begin}5;5H`, `${begin}1049h`, `${begin}9b`, `${begin}0m`]),
  ...sgrs.map((sgr) => `\x1b[${sgr}m`),
];

export function createHostileText(seed: number): HostileText {
  const random = mulberry32(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const one = (of: readonly string[]) => of[below(of.length)] ?? '';
  const kinds: (() => string)[] = [
    () => one(controls),
    () => one(controls),
    () => one(invisible),
    () => one(known),
    () => one(pairs),
    () => one(moves),
    () => one(strings) + one(payloads) + one(ends),
    () => one(csi) + one(parameters) + one(finals),
    () => `${one(['\x1b[', '\x9b'])}${one(sgrs)}m`,
    () => one(visible),
    () => one(visible).repeat(1 + below(12)),
    () => one(controls).repeat(1 + below(40)),
    () => '\u0301'.repeat(below(60)),
  ];
  const text = () => {
    let out = '';
    for (let count = below(14); count > 0; count--) {
      const piece = kinds[below(kinds.length)]?.() ?? '';
      // Into the middle of what is there, now and then: sequences within sequences.
      const at = below(4) === 0 ? below(out.length + 1) : out.length;
      out = out.slice(0, at) + piece + out.slice(at);
    }
    return out;
  };
  return {
    text,
    message: () => Array.from({ length: 1 + (below(3) === 0 ? below(4) : 0) }, text).join('\n'),
    below,
  };
}

/** As harmless a text of the same number of lines. */
export const harmless = (text: string) => text.replace(/[^\n]+/g, 'x');

/** A small generator of good enough numbers. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The seeds of every run; the last is the one that `SEED` names, where others are to be tried. */
export const seeds: readonly number[] = [1, 0x9d52, Number(process.env.SEED ?? 993956418)];
