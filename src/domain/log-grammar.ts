import type { LineMatcher } from './log-scan.ts';
import { plain } from './sanitise.ts';

/**
 * The lines CodeBuild itself writes into a build's log. Since 2024 with microseconds, before without; in 2018 a phase
 * ended with `Success: true` where it now says `State: SUCCEEDED`. Times are UTC.
 */
const prefix = /^\[Container\] (\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ?/;
const prefixStart = '[Container] ';

/** Whether a line is presumably CodeBuild's own; nearly every line is spared the rest by it. */
export const isCodeBuilds = (line: string): boolean => line.startsWith(prefixStart);

export type PrefixedLine = {
  isCodeBuild: boolean;
  /** Without CodeBuild's prefix. */
  text: string;
  /** Epoch ms of the prefix. */
  at?: number;
};

/** Takes `[Container] <date> ` off a line; on screen it costs half of 80 columns. */
export function withoutPrefix(line: string): PrefixedLine {
  if (!isCodeBuilds(line)) return { isCodeBuild: false, text: line };
  const found = prefix.exec(line);
  if (!found) return { isCodeBuild: false, text: line };
  const [all, year, month, day, hours, minutes, seconds, fraction = '0'] = found;
  const at =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours), Number(minutes), Number(seconds)) +
    Math.floor(Number(`0.${fraction}`) * 1000);
  return { isCodeBuild: true, text: line.slice(all.length), at };
}

/** What a line of CodeBuild's own means. */
export type Announcement =
  | { kind: 'phase-begins'; phase: string }
  | { kind: 'phase-ends'; phase: string; succeeded: boolean }
  /** Stands after each phase; code and message are empty where it succeeded. */
  | { kind: 'context'; code: string; message: string }
  | { kind: 'command'; command: string }
  | { kind: 'command-failed'; command: string; exitStatus: number }
  | { kind: 'other' };

const begins = /^(?:Entering phase|Phase is) ([A-Z_]+)/;
const ends = /^Phase complete: ([A-Z_]+) (?:State: ([A-Z_]+)|Success: (true|false))/;
const context = /^Phase context status code: ?(.*?) ?Message: ?(.*)$/;
const command = /^Running command (.*)$/;
const failed = /^Command did not exit successfully (.*) exit status (-?\d+)\s*$/;

/** Reads a line whose prefix was taken off. Undefined where the line is not CodeBuild's. */
export function announcementOf(line: string): Announcement | undefined {
  const { isCodeBuild, text } = withoutPrefix(line);
  return isCodeBuild ? readAnnouncement(text) : undefined;
}

function readAnnouncement(text: string): Announcement {
  const begun = begins.exec(text);
  if (begun?.[1]) return { kind: 'phase-begins', phase: begun[1] };
  const ended = ends.exec(text);
  if (ended?.[1]) {
    const succeeded = ended[2] === undefined ? ended[3] === 'true' : ended[2] === 'SUCCEEDED';
    return { kind: 'phase-ends', phase: ended[1], succeeded };
  }
  const found = context.exec(text);
  if (found) return { kind: 'context', code: found[1] ?? '', message: found[2] ?? '' };
  const run = command.exec(text);
  if (run) return { kind: 'command', command: run[1] ?? '' };
  const stopped = failed.exec(text);
  if (stopped) return { kind: 'command-failed', command: stopped[1] ?? '', exitStatus: Number(stopped[2]) };
  return { kind: 'other' };
}

/** Words that begin a report of something gone wrong, in the tools that build these binaries. */
const errorSigns = [
  // `error:`, `Error TS2345`, `ValueError: …`, `npm ERR!`; but neither `error.c` nor `errors.py` nor `--error`.
  String.raw`(?<![\w./\\-])(?:[A-Z]\w*)?(?:error|exception)(?:\s*[:\]!([]|\s+[A-Z]+\d+\b|\s*$)`,
  String.raw`\bERR!`,
  String.raw`\bFATAL\b|\bfatal:|\bpanic:`,
  String.raw`^Traceback \(most recent call last\)`,
  String.raw`\bcommand not found\b|\bis not recognized as\b`,
  String.raw`\bNo module named\b|\bNo such file or directory\b|\bPermission denied\b|\bAccess ?Denied\b`,
  String.raw`\bexit(?:ed with)? (?:status|code)[: ]+[1-9]`,
  String.raw`\bcannot find\b|\bunable to locate\b`,
];
const errorLike = new RegExp(errorSigns.join('|'), 'i');
const noError =
  /\b(?:no|0|without|zero) (?:errors?|exceptions?)\b|\berrors?\s*[:=]\s*(?:0|none|null|false)\b/i;

/** Whether a line looks like the report of an error. A guess for jumping and marking; it decides nothing. */
export function isErrorLine(line: string): boolean {
  const { isCodeBuild, text } = withoutPrefix(plain(line));
  if (!isCodeBuild) return errorLike.test(text) && !noError.test(text);
  const said = readAnnouncement(text);
  switch (said.kind) {
    case 'phase-ends':
      return !said.succeeded;
    case 'context':
      return said.code !== '';
    case 'command-failed':
      return true;
    // The command may well hold the word; what it prints is judged by itself.
    default:
      return false;
  }
}

/** A word of each line that {@link isErrorLine} says yes to; found far faster than what makes it one. */
const errorWords =
  /err(?:or|!)|exception|fatal|panic|traceback|not found|not recognized|no such file|no module|denied|exit|cannot find|unable to|phase co/gim;

/** The lines that look like the report of an error. */
export const errorLines: LineMatcher = { inText: errorWords, isCoarse: true, matches: isErrorLine };
