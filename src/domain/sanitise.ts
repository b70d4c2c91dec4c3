import { skipSequence } from './escape-sequences.ts';
import { graphemesOf } from './graphemes.ts';
import { allowSgr } from './sgr.ts';
import { displayWidth } from './width.ts';

/**
 * Strangers' strings (log lines, names, messages, keys, branch names) are cleaned here, once, where they enter the
 * program. No control byte but an allow-listed SGR comes out, whatever goes in: sequences are dropped for beauty, and
 * then every control character that is left is dropped one by one, which is what makes it safe.
 */

/** Longest log line kept, in UTF-16 units with its colours; what is cut off is said at its end. */
export const longestLogLine = 16_384;
/** Longest text kept where no other limit is given: enough for a presigned link with its session token. */
const longestText = 16_384;
const tabStop = 8;
const mostMarksPerCharacter = 4;
const reset = '\x1b[0m';

const notPlainAscii = /[^\x20-\x7e]/;
/** Everything but characters that are always harmless; what it finds is looked at one by one. */
const suspect =
  /[^\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u259f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]/g;
/**
 * Invisible characters: controls, bidirectional controls, zero-width ones, separators, fillers, variation selectors
 * (terminals do not agree on the width of what they vary), tags, lone surrogates, non-characters.
 */
const invisible =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;
const combining = /\p{M}/u;
/**
 * Marks are not all that joins characters into one cell: Hangul's letters, Indic conjuncts, skin tones, half-width
 * voice marks do as well, without end. Runs of what might are looked at; longer clusters than any script has are cut.
 */
const mostJoined = 16;
const mayJoin = new RegExp(
  `[^\\x00-\\x7f\\xa0-\\u02ff\\u2010-\\u2027\\u2190-\\u21ff\\u2500-\\u259f\\u3041-\\u3096\\u30a1-\\u30fa\\u4e00-\\u9fff\\uac00-\\ud7a3]{${mostJoined + 1},}`,
  'gu',
);

/** Marks and vowels that join what stands before them, with colours between. */
const leadingMarks = /^(?:\x1b\[[0-9;:]*m|[\p{M}\u1160-\u11ff\ud7b0-\ud7ff])+/u;
const marks = /[\p{M}\u1160-\u11ff\ud7b0-\ud7ff]+/gu;

/** A sanitised text, or a part of one, that leaves alone what stands on its left: marks would join that. */
export function withoutLeadingMarks(text: string): string {
  return leadingMarks.test(text) ? text.replace(leadingMarks, (run) => run.replace(marks, '')) : text;
}

/**
 * A stranger's string as one line without any control or escape sequence. Line ends and tabs become a space.
 * @param maxLength longest result in UTF-16 units; a longer one ends in `…`
 */
export function sanitiseText(text: string, maxLength: number = longestText): string {
  if (text.length <= maxLength && !notPlainAscii.test(text)) return text;
  const { out: cleaned, ended } = clean(text, maxLength, false);
  const out = withoutLeadingMarks(cleaned);
  return ended ? out : `${cutAt(out, Math.max(0, maxLength - 1))}${maxLength > 0 ? '…' : ''}`;
}

/**
 * One line of a log: controls dropped, allowed colours kept and closed at the end, tabs expanded to 8 columns, text
 * before a bare carriage return replaced by what overwrote it. A line end inside counts as a carriage return; use
 * {@link splitLogMessage} for messages.
 */
export function sanitiseLogLine(line: string): string {
  if (line.length <= longestLogLine && !notPlainAscii.test(line)) return line;
  let end = line.length;
  // From the end, so that each segment is looked at once.
  for (;;) {
    let from = end;
    while (from > 0 && line[from - 1] !== '\r' && line[from - 1] !== '\n') from--;
    const segment = withoutLeadingMarks(cleanLogSegment(line.slice(from, end)));
    if (from === 0 || plain(segment).trim() !== '') return segment;
    end = from - 1;
  }
}

/** The lines of a log event's message, each sanitised; the line end it closes with opens no further line. */
export function splitLogMessage(message: string): string[] {
  const lines = message.split('\n');
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines.map(sanitiseLogLine);
}

/** A sanitised line without its colours. */
export function plain(text: string): string {
  return text.includes('\x1b') ? text.replace(/\x1b\[[0-9;:]*m/g, '') : text;
}

function cleanLogSegment(segment: string): string {
  const { out, ended, state } = clean(segment, longestLogLine, true);
  const close = state === 0 ? '' : reset;
  if (ended && out.length + close.length <= longestLogLine) return out + close;
  const mark = `${reset}…[cut: ${segment.length} characters]`;
  return cutAt(out, longestLogLine - mark.length) + mark;
}

type Cleaned = {
  out: string;
  /** False where the limit was reached first. */
  ended: boolean;
  /** Graphic attributes still on; see `sgr.ts`. */
  state: number;
};

function clean(text: string, limit: number, isLogLine: boolean): Cleaned {
  const cleaned = cleanCharacters(text, limit, isLogLine);
  return { ...cleaned, out: cleaned.out.replace(mayJoin, cutClusters) };
}

function cutClusters(run: string): string {
  let out = '';
  for (const { segment } of graphemesOf(run)) {
    const characters = segment.length > mostJoined ? [...segment] : [];
    if (characters.length <= mostJoined) out += segment;
    // Without a mark at the end, which might join the next one.
    else
      out += characters
        .slice(0, mostJoined)
        .join('')
        .replace(/\p{M}+$/u, '');
  }
  return out;
}

function cleanCharacters(text: string, limit: number, isLogLine: boolean): Cleaned {
  let out = '';
  let state = 0;
  let marks = mostMarksPerCharacter; // nothing to combine with at the start of a line
  /** Column behind `out.slice(0, measured)`; taken at tabs only. */
  let column = 0;
  let measured = 0;
  let at = 0;
  while (at < text.length) {
    if (out.length > limit) return { out, ended: false, state };
    suspect.lastIndex = at;
    const next = suspect.exec(text)?.index ?? text.length;
    if (next > at) {
      // One more than the limit is enough to know that it does not fit.
      const run = text.slice(at, Math.min(next, at + limit + 1 - out.length));
      out += run;
      marks = 0;
      at = next;
      continue;
    }
    const code = text.codePointAt(at) ?? 0;
    if (code === 0x1b || (code >= 0x80 && code <= 0x9f)) {
      const end = skipSequence(text, at);
      if (isLogLine && isSgr(text, at, end)) {
        const allowed = allowSgr(text.slice(at + 2, end - 1), state);
        out += allowed.text;
        state = allowed.state;
      }
      at = end;
      continue;
    }
    at += code > 0xffff ? 2 : 1;
    if (code === 0x09 && isLogLine) {
      column += displayWidth(out.slice(measured));
      const blanks = tabStop - (column % tabStop);
      out += ' '.repeat(blanks);
      column += blanks;
      measured = out.length;
      marks = 0;
      continue;
    }
    if (code === 0x09 || code === 0x0a || code === 0x0d) {
      if (code === 0x0d && text.charCodeAt(at) === 0x0a) at++;
      out += ' ';
      marks = 0;
      continue;
    }
    const character = String.fromCodePoint(code);
    if (invisible.test(character)) continue;
    if (combining.test(character)) {
      if (++marks > mostMarksPerCharacter) continue;
      out += character;
      continue;
    }
    out += character;
    marks = 0;
  }
  return { out, ended: out.length <= limit, state };
}

const isSgr = (text: string, at: number, end: number) =>
  text.charCodeAt(at) === 0x1b && text[at + 1] === '[' && end - at > 2 && text[end - 1] === 'm';

/** At most `length` UTF-16 units, never half a character or half an escape sequence. */
function cutAt(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = length;
  const before = text.charCodeAt(end - 1);
  if (before >= 0xd800 && before <= 0xdbff) end--;
  const sequence = text.lastIndexOf('\x1b', end - 1);
  if (sequence >= 0 && text.indexOf('m', sequence) >= end) end = sequence;
  return text.slice(0, end);
}
