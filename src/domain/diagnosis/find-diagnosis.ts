import type { Build } from '../build.ts';
import { plain } from '../sanitise.ts';
import { type Diagnosis, diagnose, isPossible, type NumberedLine } from './diagnose.ts';
import { knownProblems } from './known-problems.ts';

/** A log as far as a diagnosis needs it; its lines are numbered from 0. */
export type DiagnosableLog = {
  readonly count: number;
  /** Number of the oldest line held. */
  readonly first: number;
  line(number: number): { text: string } | undefined;
  firstError(): number | undefined;
};

/** Characters looked at: several thousand lines, more than these builds print, in a twentieth of a second. */
const defaultBudget = 400_000;
/** Of a line only its beginning is looked at: no known text stands further on. */
const longestLook = 1_000;
/** What an empty line costs. */
const lineCost = 20;
/** Causes may stand a little before the first line that looks like an error. */
const linesBefore = 20;
/** Lines kept of each end: a hostile log may match in every one. */
const mostLines = 500;

/**
 * Diagnoses an ended build from what CodeBuild says and from its log, where there is one. Of a log longer than `budget`
 * (characters) it reads the lines from the first error on and the last lines, half the budget each.
 */
export function findDiagnosis(
  build: Build,
  log?: DiagnosableLog,
  budget = defaultBudget,
): Diagnosis | undefined {
  const sign = signOf(build);
  if (!log || !sign) return diagnose(build, []);
  const start = Math.max(log.first, (log.firstError() ?? log.first) - linesBefore);
  const head = look(log, sign, start, log.count, 1, budget / 2);
  const tail = look(log, sign, log.count - 1, head.next - 1, -1, budget / 2);
  return diagnose(build, [...head.lines, ...tail.lines.reverse()]);
}

/** One pattern for the lines that may match anything: most lines are looked at with it alone. */
function signOf(build: Build): RegExp | undefined {
  const sources = knownProblems
    .filter((problem) => isPossible(problem, build))
    .flatMap(({ when }) => (when.says ? [when.says.source] : when.code ? [when.code] : []))
    // A name may stand in one pattern only once; where a text begins, CodeBuild's prefix stands in the line.
    .map((source) => source.replace(/\(\?<\w+>/g, '(?:').replace(/(?<!\[)\^/g, ''));
  return sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'i');
}

/** Lines from `from` up or down to `to` (exclusive) with the sign, as far as the budget reaches. */
function look(
  log: DiagnosableLog,
  sign: RegExp,
  from: number,
  to: number,
  step: 1 | -1,
  budget: number,
): { lines: NumberedLine[]; next: number } {
  const lines: NumberedLine[] = [];
  let left = budget;
  let number = from;
  for (; number !== to && left > 0 && lines.length < mostLines; number += step) {
    const text = plain(log.line(number)?.text.slice(0, longestLook) ?? '');
    left -= text.length + lineCost;
    if (sign.test(text)) lines.push({ number, text });
  }
  return { lines, next: number };
}
