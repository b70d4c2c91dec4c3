import type { Build, BuildStatus } from '../build.ts';
import { announcementOf, withoutPrefix } from '../log-grammar.ts';
import { firstFailure } from '../phases.ts';
import { plain } from '../sanitise.ts';
import { truncate } from '../width.ts';
import type { Certainty, KnownProblem } from './known-problem.ts';
import { knownProblems } from './known-problems.ts';

/** A line of the log; its number counts from 0. */
export type NumberedLine = { number: number; text: string };

/** What is known to be wrong with a build, and what mends it. */
export type Diagnosis = {
  /** Of the entry in the table. */
  id: string;
  cause: string;
  fix: string;
  /** Number of the line that shows it, from 0; absent where no line does. */
  line?: number;
};

/** What CodeBuild or a tool says, without the command that was run. */
type Statement = { code?: string; text: string; line?: number };

const failing: readonly BuildStatus[] = ['FAILED', 'FAULT', 'TIMED_OUT', 'UNKNOWN'];
const certainties: readonly Certainty[] = ['cause', 'likely', 'symptom'];
/** Columns of a name out of the log within a text. */
const widestName = 40;

/**
 * Finds the known problem that explains a build: the surest first, and among equally sure ones what CodeBuild says of
 * the failed phase before what a line says, and the earlier line before the later. `lines`: those of the log that may
 * tell something, in order. Undefined where nothing known matches.
 */
export function diagnose(
  build: Build,
  lines: readonly NumberedLine[],
  problems: readonly KnownProblem[] = knownProblems,
): Diagnosis | undefined {
  const possible = problems.filter((problem) => isPossible(problem, build));
  if (possible.length === 0) return undefined;
  const told = contextsOf(build);
  const logged = lines.flatMap(statementOf);
  for (const certainty of certainties) {
    const candidates = possible.filter((problem) => (problem.certainty ?? 'cause') === certainty);
    const found = firstMatch(candidates, told) ?? firstMatch(candidates, logged);
    if (found) return toDiagnosis(found, logged);
  }
  return undefined;
}

/** Whether the table holds anything for builds that ended like this one. */
export const isDiagnosable = (build: Build) => knownProblems.some((problem) => isPossible(problem, build));

/** Whether what the entry says of the build as a whole holds. */
export function isPossible({ when }: KnownProblem, build: Build): boolean {
  const { status = failing, phase, timeoutAtMost } = when;
  if (!status.includes(build.status)) return false;
  if (phase && !phase.includes(firstFailure(build)?.type ?? '')) return false;
  return timeoutAtMost === undefined || (build.timeoutMinutes ?? Infinity) <= timeoutAtMost;
}

type Match = { problem: KnownProblem; statement: Statement };

function firstMatch(problems: readonly KnownProblem[], statements: readonly Statement[]): Match | undefined {
  for (const statement of statements) {
    const problem = problems.find((candidate) => matches(candidate, statement));
    if (problem) return { problem, statement };
  }
  return undefined;
}

function matches({ when: { code, says } }: KnownProblem, statement: Statement): boolean {
  // What is told by status and phase alone needs no line of the log.
  if (code === undefined && says === undefined) return statement.line === undefined;
  if (code !== undefined && code !== statement.code) return false;
  return says === undefined || says.test(statement.text);
}

/** What the failed phase says of itself; at least one statement, for problems that status and phase tell. */
function contextsOf(build: Build): Statement[] {
  const contexts = firstFailure(build)?.contexts ?? [];
  return [...contexts.map(({ code, message }) => ({ code, text: withoutCommand(message) })), { text: '' }];
}

/** `Error while executing command: <the command>. Reason: exit status 1`: the command may hold any word. */
function withoutCommand(message: string): string {
  const reason = message.startsWith('Error while executing command') ? message.lastIndexOf('Reason: ') : -1;
  return reason < 0 ? message : message.slice(reason);
}

function statementOf({ number, text }: NumberedLine): Statement[] {
  const line = plain(text);
  const said = announcementOf(line);
  switch (said?.kind) {
    case 'command':
      return [];
    case 'command-failed':
      return [{ text: `exit status ${said.exitStatus}`, line: number }];
    case 'context':
      return [{ code: said.code, text: withoutCommand(said.message), line: number }];
    case undefined:
      return [{ text: line.trim(), line: number }];
    default:
      return [{ text: withoutPrefix(line).text.trim(), line: number }];
  }
}

function toDiagnosis({ problem, statement }: Match, logged: readonly Statement[]): Diagnosis {
  const { code, says } = problem.when;
  const isTold = code !== undefined || says !== undefined;
  const line = statement.line ?? (isTold ? firstMatch([problem], logged)?.statement.line : undefined);
  const names = says?.exec(statement.text)?.groups ?? {};
  return {
    id: problem.id,
    cause: filled(problem.cause, names),
    fix: filled(problem.fix, names),
    ...(line === undefined ? {} : { line }),
  };
}

const filled = (text: string, names: Readonly<Record<string, string>>) =>
  text.replace(/\{(\w+)\}/g, (_all, name: string) => truncate(names[name] ?? '?', widestName, '…'));
