import type { Build, Phase } from '../domain/build.ts';
import { shortId } from '../domain/build-id.ts';
import { durationText, startText } from '../domain/durations.ts';
import { costOf } from '../domain/estimate.ts';
import { formatMoment, formatMoney } from '../domain/format.ts';
import { withoutPrefix } from '../domain/log-grammar.ts';
import { elapsed, firstFailure, hasEnded } from '../domain/phases.ts';
import type { Services } from '../domain/ports/services.ts';
import { statusWord } from '../domain/status-words.ts';
import type { CommandContext } from './context.ts';
import type { Explanation } from './read-diagnosis.ts';

/** A build as one row of the printed table; the least needed columns stand last. */
export function buildCells(
  build: Build,
  services: Services,
  context: CommandContext,
): Record<string, string> {
  const now = context.clock.now();
  const took = elapsed(build, now);
  return {
    Build: shortId(build),
    Status: statusWord(build.status),
    Started: build.startedAt === undefined ? '-' : startText(build.startedAt, now, context.io.timeZone),
    Time: took === undefined ? '-' : durationText(took),
    Phase: hasEnded(build) ? (firstFailure(build)?.type ?? '-') : (build.currentPhase ?? '-'),
    Target: build.target,
    Cost: costText(build, services, context),
    Initiator: build.initiator ?? '-',
    Project: build.project,
  };
}

/**
 * A build with its phases, and where one failed its own message, what is known to mend it and the line of the log that
 * shows it: some lines without a last line end.
 */
export function buildText(
  build: Build,
  explanation: Explanation,
  services: Services,
  context: CommandContext,
): string {
  const now = context.clock.now();
  const { timeZone } = context.io;
  const started = build.startedAt === undefined ? 'not yet' : formatMoment(build.startedAt, timeZone);
  const took = elapsed(build, now);
  const facts: [string, string | undefined][] = [
    ['Build', build.id],
    ['Status', statusWord(build.status)],
    ['Started', `${started}${build.initiator ? ` by ${build.initiator}` : ''}`],
    ['Time', took === undefined ? undefined : durationText(took)],
    ['Target', build.target],
    ['Cost', costText(build, services, context)],
    // Of a build that did not succeed the place may hold another one's.
    ['Artifact', build.status === 'SUCCEEDED' ? build.artifact?.location : undefined],
    ['sha256', build.artifact?.sha256],
  ];
  const lines = facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(10)}${value}`]));
  return [
    ...lines,
    '',
    ...build.phases.map((phase) => phaseText(phase, now)),
    ...failureLines(build),
    ...explanationLines(explanation),
  ].join('\n');
}

/** One phase on one line: its type, how it ended, how long it took. */
export function phaseText(phase: Phase, now: number): string {
  const took = elapsed(phase, phase.endedAt ?? now);
  const isLast = phase.type === 'COMPLETED';
  const status = phase.status ? statusWord(phase.status) : isLast ? '' : statusWord('IN_PROGRESS');
  const time = took === undefined || isLast ? '' : durationText(took);
  return `${phase.type.padEnd(18)}${status.padEnd(13)}${time}`.trimEnd();
}

/** How a build ended, in one or two lines, and why as far as it is known. */
export function outcomeText(build: Build, explanation: Explanation, context: CommandContext): string {
  const took = elapsed(build, context.clock.now());
  const time = took === undefined ? '' : ` after ${durationText(took)}`;
  return [
    `${statusWord(build.status)}${time}: ${build.id}`,
    ...failureLines(build),
    ...explanationLines(explanation),
  ].join('\n');
}

function failureLines(build: Build): string[] {
  const failed = firstFailure(build);
  if (!failed) return [];
  return failed.contexts
    .filter((context) => context.message || context.code)
    .map((context) => `  ${failed.type}: ${[context.code, context.message].filter(Boolean).join(': ')}`);
}

/** The excerpt of the log and the known fix, each after an empty line. */
function explanationLines({ diagnosis, excerpt }: Explanation): string[] {
  const width = String(excerpt.at(-1)?.number ?? 0).length;
  const log = excerpt.map(({ number, text, isError }) =>
    `${isError ? '> ' : '  '}${String(number).padStart(width)}  ${withoutPrefix(text).text.trim()}`.trimEnd(),
  );
  const known = diagnosis ? [`Cause     ${diagnosis.cause}`, `Known fix ${diagnosis.fix}`] : [];
  return [...(log.length > 0 ? ['', ...log] : []), ...(known.length > 0 ? ['', ...known] : [])];
}

function costText(build: Build, services: Services, context: CommandContext): string {
  if (services.connection.place === 'sandbox') return '-';
  const cost = costOf(build, context.settings.prices, context.clock.now());
  return cost === undefined ? '-' : formatMoney(cost);
}
