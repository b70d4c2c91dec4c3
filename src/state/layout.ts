import type { Build } from '../domain/build.ts';
import { distributionSteps } from '../domain/distribution.ts';
import { AppError } from '../domain/errors.ts';
import { hasEnded } from '../domain/phases.ts';
import { wrap } from '../domain/wrap.ts';
import { shownRun } from './is-shipping.ts';
import { selectLeftover } from './select-leftover.ts';
import type { State } from './state.ts';
import type { Tone } from './state-messages.ts';
import type { Asked, ShipRun } from './state-ship.ts';
import type { Trouble } from './state-trouble.ts';

/** The smallest terminal the screens are drawn for. */
export const smallest = { columns: 80, rows: 24 };

export const isTooSmall = (state: State) =>
  state.size.columns < smallest.columns || state.size.rows < smallest.rows;

/** What is asked on this screen, and answered by keys. */
export function askedHere({ ship, revokeAsks, route, overlay }: State): Asked | undefined {
  if (overlay) return undefined;
  if (route.screen === 'distributions') return revokeAsks;
  return route.screen === 'ship' && route.of === undefined ? ship?.asks : undefined;
}

const shipPrompts = {
  incomplete: 'Make the package all the same?',
  policy: 'Change the policy?',
} as const;

/** The question as it stands above the footer; leaving the program is asked about before it. */
export function shipPrompt(state: State): string | undefined {
  const asked = askedHere(state);
  return asked && !state.leaveAsked ? shipPrompts[asked.question.kind] : undefined;
}

/** What fails for now on the screen shown; its banner stands under the top bar. */
export function troubleOf(state: State): Trouble | undefined {
  const { session, route } = state;
  if (session.state === 'connecting') return session.trouble;
  if (session.state !== 'open') return undefined;
  switch (route.screen) {
    case 'builds':
      return state.builds.trouble;
    case 'build':
      return state.view?.trouble ?? state.view?.log.trouble;
    case 'distributions':
      return state.distributions.trouble;
    case 'ship':
      return troubleOfRun(shownRun(state), state.now);
    default:
      return undefined;
  }
}

const troubleOfRun = (run: ShipRun | undefined, now: number) => run && (run.trouble ?? silenceOf(run, now));

/** A transfer may take minutes, and then it moves; what does not move for so long, ms, gets no answer. */
const silenceMs = 12_000;

/** A run that waits for an answer without anything having failed yet. The steps on this machine may think for long. */
function silenceOf(run: ShipRun, now: number): Trouble | undefined {
  const step = distributionSteps.find((name) => run.steps[name].state === 'running');
  const isWaiting = step !== undefined && step !== 'CHECK' && step !== 'PACK' && !run.asks;
  if (!isWaiting || now - run.movedAt < silenceMs) return undefined;
  const error = new AppError({
    kind: 'network',
    message: `${step}: no answer has come yet.`,
    hint: `It goes on by itself as soon as one comes${step === 'RECORD' ? '' : '; esc cancels'}.`,
  });
  return { error, since: run.movedAt, nextTryAt: now };
}

/**
 * Up to when the builds on screen are known, epoch ms: while they cannot be asked for, their times stand still, so that
 * none seems to go on that may long have ended.
 */
export function knownUntil(state: State): number {
  const { now, route, builds, view } = state;
  if (route.screen === 'builds' && builds.isLast) return Math.min(now, builds.at ?? now);
  const trouble = route.screen === 'build' ? view?.trouble : builds.trouble;
  if (!trouble) return now;
  // Where only some of the projects fail, the others still answer.
  const answered = route.screen === 'build' ? 0 : (builds.at ?? 0);
  return Math.min(now, Math.max(trouble.since, answered));
}

/** The lines of the banner: what is wrong, then what to do. */
export type BannerText = { text: string[]; hint: string[] };

/** Neither half of the banner takes more lines; the messages of AWS that name a role fit. */
const mostBannerLines = 3;
/** Columns at the end of its first line for `since 10:05:02, next try in 59 s`, whatever stands there. */
const whenWidth = 34;
/** The sign before it, and the column at the edge. */
const bannerIndent = 3;

/** Breaks what is wrong and its remedy into the banner's lines; undefined while nothing is. */
export function bannerText(state: State): BannerText | undefined {
  const trouble = troubleOf(state);
  if (!trouble) return undefined;
  const { message, hint = 'It is tried again by itself.' } = trouble.error;
  const width = state.size.columns - bannerIndent;
  return {
    text: wrap(message, width, width - whenWidth).slice(0, mostBannerLines),
    hint: wrap(hint, width - 1).slice(0, mostBannerLines),
  };
}

export function bannerRows(state: State): number {
  const lines = bannerText(state);
  return lines ? lines.text.length + lines.hint.length : 0;
}

/** What is done sooner needs no word before its result. */
const unansweredMs = 1_000;

/** What stands above the footer: what was just said, else what a key began and has had no answer to for a while. */
export function noticeOf(state: State): { text: string; tone: Tone } | undefined {
  if (state.notice) return state.notice;
  const elsewhere = askedElsewhere(state);
  if (elsewhere !== undefined) return { text: elsewhere, tone: 'warn' };
  // A package under way has a screen of its own.
  const waiting = Object.values(state.actions).find(
    ({ kind, startedAt }) => kind !== 'ship' && state.now - startedAt >= unansweredMs,
  );
  return waiting && { text: `${waiting.label}: no answer yet.`, tone: 'info' };
}

/** What waits for an answer that cannot be given here. */
function askedElsewhere(state: State): string | undefined {
  const { ship, revokeAsks, route } = state;
  const here = askedHere(state);
  if (ship?.asks && ship.asks !== here) {
    return route.screen === 'ship' && route.of === undefined
      ? 'The package waits for your answer: close this to give it.'
      : 'The package waits for your answer: d leads to it.';
  }
  if (!revokeAsks || revokeAsks === here) return undefined;
  return `The revocation waits for your answer: ${route.screen === 'distributions' ? 'close this to give it' : '2 leads to it'}.`;
}

/** Lines between the body and the footer: a question, a line being typed, a notice, or the list's counts. */
export function bottomRows(state: State): number {
  if (state.overlay?.kind === 'question') return bottomText(state, state.overlay.text).length;
  if (state.overlay?.kind === 'leftover') return bottomText(state, selectLeftover(state)).length;
  if (state.overlay && ['input', 'letter', 'copy'].includes(state.overlay.kind)) return 1;
  if (shipPrompt(state)) return 1;
  const notice = noticeOf(state);
  if (notice) return bottomText(state, notice.text).length;
  return state.route.screen === 'build' ? 0 : 1;
}

/** A question or a notice never takes more lines than these; what is longer stands whole among the messages. */
export const mostBottomLines = 3;

/** A text in the lines above the footer. */
export const bottomText = (state: State, text: string) =>
  wrap(text, state.size.columns - 3).slice(0, mostBottomLines);

/** Rows between the top bar (and its banner) and the bottom lines. */
export function bodyRows(state: State): number {
  return Math.max(1, state.size.rows - 2 - bannerRows(state) - bottomRows(state));
}

/** Rows of the builds list, less what the second lines may take. */
export function listRows(state: State): number {
  return Math.max(1, bodyRows(state) - 1);
}

/** Rows of the phases. */
export const phaseRows = 2;

/** Lines of the failure card, in the place of the rows of phases: all it needs where nothing is known to mend it. */
const plainCardRows = 7;
/** With what went wrong and its known fix, two lines each at most. */
const diagnosedCardRows = 10;
/** A terminal this high has room for more of the log around the error. */
const highTerminal = 40;

/** Lines of the log on each side of the error in the failure card. */
export const linesAround = (state: State) => (state.size.rows >= highTerminal ? 3 : 1);

export function cardRows(state: State): number {
  const rows = state.view?.diagnosis ? diagnosedCardRows : plainCardRows;
  return rows + 2 * (linesAround(state) - 1);
}

export const hasFailureCard = (build: Build | undefined) =>
  build !== undefined && hasEnded(build) && build.status !== 'SUCCEEDED';

/** Rows between the summary and the rule of the log: the card, or the phases under a warning. */
function rowsAboveLog(state: State): number {
  const { view } = state;
  if (hasFailureCard(view?.build)) return cardRows(state);
  return phaseRows + (view?.diagnosis ? 1 : 0);
}

/** Rows the log has: the body less the summary, the phases (or the card) and the rule. */
export function logRows(state: State): number {
  return Math.max(1, bodyRows(state) - 2 - rowsAboveLog(state));
}
