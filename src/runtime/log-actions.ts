import { isAtEnd, type LogPlace, move, windowAt } from '../domain/log-window.ts';
import { plain } from '../domain/sanitise.ts';
import type { Effect, LogMove } from '../state/effects.ts';
import { notInLog } from '../state/handle-log.ts';
import { type LogWindow, logWindowOf } from '../state/log-window.ts';
import type { State } from '../state/state.ts';
import type { LogPlacement } from '../state/state-log.ts';
import type { ActionDeps } from './action-deps.ts';
import { copy } from './hand-over.ts';
import type { LogModel } from './log-models.ts';
import { foundAtMark } from './look-source.ts';

type Deps = Pick<ActionDeps, 'logs' | 'get' | 'dispatch' | 'terminal' | 'openUrl'>;

/** Lines shown raw: what is on screen and so many before it. */
const rawLines = 5_000;

/** The open log and the window on it; undefined where none is open. */
function opened(deps: Deps): { state: State; id: string; log: LogModel; window: LogWindow } | undefined {
  const state = deps.get();
  const id = state.view?.id ?? '';
  const log = deps.logs.get(id);
  const window = log && logWindowOf(state, log);
  return window && { state, id, log, window };
}

/** Moves the window on the open log; going down to its end follows it again. */
export function moveLog(deps: Deps, to: LogMove): void {
  const open = opened(deps);
  if (!open) return;
  const { id, log, window, state } = open;
  const place = (placement: LogPlacement) => deps.dispatch({ type: 'log-placed', id, place: placement });
  if ('by' in to) {
    const rows = to.by === 'rows' ? to.count : to.count * Math.max(1, window.height - 1);
    if (rows > 0 && state.view?.log.follow) return;
    const top = move(window.source, window.top, rows, window.height);
    place({ ...at(top), follow: rows > 0 && isAtEnd(window.source, top, window.height) });
    return;
  }
  switch (to.to) {
    case 'end':
      place({ ...at(window.top), follow: true });
      return;
    case 'start':
      place({ ...at({ line: log.first, row: 0 }), follow: false });
      return;
    case 'line':
      jumpTo(deps, to.line);
      return;
    case 'number':
      jumpToNumber(deps, log, to.number);
      return;
    default: {
      const found =
        to.to === 'hit' ? nextHit(deps, log, to.direction) : nextOf(deps, log, to.to, to.direction);
      if (found !== undefined) jumpTo(deps, found);
    }
  }
}

const at = ({ line, row }: LogPlace) => ({ top: line, topRow: row });

/** Shows a line a third down the window, and marks it. */
function jumpTo(deps: Deps, line: number): void {
  const open = opened(deps);
  if (!open) return;
  const { id, window, log } = open;
  const { source, height } = window;
  const held = Math.max(log.first, Math.min(line, log.count - 1));
  const top = move(source, { line: held, row: 0 }, -Math.floor(height / 3), height);
  deps.dispatch({ type: 'log-placed', id, jump: true, place: { ...at(top), follow: false, mark: held } });
  const search = log.find?.search;
  const { found } = deps.get().view?.log ?? {};
  if (search && found) {
    const foundAt = foundAtMark(search, deps.get());
    deps.dispatch({ type: 'log-findings', id, what: 'find', findings: found, ...foundAt });
  }
}

function jumpToNumber(deps: Deps, log: LogModel, number: number): void {
  const { origin, first, count } = log;
  const line = (origin ?? 0) + number - 1;
  if (origin === undefined) say(deps, 'The beginning is still being read: lines have no numbers yet.');
  else if (number >= 1 && line >= first && line < count) jumpTo(deps, line);
  else say(deps, `There is no line ${number}: lines ${first - origin + 1} to ${count - origin} are held.`);
}

/** The line that "next" is counted from: the one jumped to last, else the edge of what is on screen. */
function whereWeAre(deps: Deps, direction: 1 | -1): number {
  const open = opened(deps);
  if (!open) return -1;
  const { mark, follow } = open.state.view?.log ?? {};
  if (mark !== undefined) return mark;
  if (follow) return open.log.count;
  return direction === 1 ? open.window.top.line - 1 : open.window.top.line;
}

function nextHit(deps: Deps, log: LogModel, direction: 1 | -1): number | undefined {
  if (!log.find) return undefined;
  const { query, search } = log.find;
  const found = search.nearest(whereWeAre(deps, direction), direction);
  if (found !== undefined) return found;
  // Round the end to the other one, and says so.
  const other = search.nearest(direction === 1 ? log.first - 1 : log.count, direction);
  say(deps, other === undefined ? notInLog(query.text).text : wentRound[direction]);
  return other;
}

function nextOf(deps: Deps, log: LogModel, what: 'error' | 'phase', direction: 1 | -1): number | undefined {
  const { view } = deps.get();
  const { follow, mark } = view?.log ?? {};
  // From the end, where a log is followed, "the next error" can only mean the first one: the one that explains the build.
  const isFirst = what === 'error' && direction === 1 && follow === true && mark === undefined;
  const known = view?.diagnosis?.line;
  if (isFirst && known !== undefined && known >= log.first) return known;
  const from = isFirst ? log.first - 1 : whereWeAre(deps, direction);
  const found = log.jump(what, from, direction);
  if (found === undefined) say(deps, nothingThere[what][direction]);
  return found;
}

const say = (deps: Deps, text: string) => deps.dispatch({ type: 'said', tone: 'info', text });

const wentRound = {
  1: 'Went on from the beginning of the log.',
  [-1]: 'Went on from the end of the log.',
} as const;

const nothingThere = {
  error: { 1: 'No error line further down.', [-1]: 'No error line further up.' },
  phase: { 1: 'No phase begins further down.', [-1]: 'No phase begins further up.' },
} as const;

/** The line that marks and copies mean: the one jumped to, else the first on screen. */
function lineMeant({ state, window }: NonNullable<ReturnType<typeof opened>>): number {
  return state.view?.log.mark ?? windowAt(window.source, window.top, 1)[0]?.line ?? window.top.line;
}

export function markLog(deps: Deps, letter: string): void {
  const open = opened(deps);
  if (!open) return;
  const line = lineMeant(open);
  deps.dispatch({ type: 'log-marked', letter, line });
  const number = open.log.numberShown(line);
  say(
    deps,
    `Marked ${number === undefined ? 'the line' : `line ${number}`} as ${letter}: '${letter} leads back.`,
  );
}

/** Sends part of the log to the clipboard, without colours, CodeBuild's prefix kept. */
export function copyLog(deps: Deps, { what }: Extract<Effect, { effect: 'copy-log' }>): void {
  const open = opened(deps);
  if (!open) return;
  const numbers = partOf(open, what);
  if (numbers.length === 0) {
    say(deps, 'There is nothing of that to copy.');
    return;
  }
  const text = numbers.map((number) => plainLine(open.log, number)).join('\n');
  const named = numbers.length === 1 ? 'The line' : `${numbers.length.toLocaleString('en')} lines`;
  copy(deps, text, named);
}

function partOf(
  open: NonNullable<ReturnType<typeof opened>>,
  what: 'line' | 'range' | 'hits',
): readonly number[] {
  const { log, state } = open;
  const line = lineMeant(open);
  if (what === 'line') return [line];
  if (what === 'range') {
    const other = state.view?.log.marks[state.view.log.lastMark ?? ''] ?? line;
    const [from, to] = [Math.min(line, other), Math.max(line, other)];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }
  const hits = (log.find ?? log.filter)?.search.hits;
  return Array.from({ length: hits?.count ?? 0 }, (_, index) => hits?.at(index) ?? -1);
}

/** The lines on screen and those before them, as the terminal's own selection wants them: whole, unwrapped, plain. */
export function showLog(deps: Deps): Promise<void> {
  const open = opened(deps);
  if (!open) return Promise.resolve();
  const { log, window } = open;
  const { source, top, height } = window;
  const lines = [...new Set(windowAt(source, top, height).map((place) => place.line))];
  const above: number[] = [];
  for (let line = lines[0]; line !== undefined && lines.length + above.length < rawLines; ) {
    line = source.previous(line);
    if (line !== undefined) above.push(line);
  }
  const text = [...above.reverse(), ...lines].map((number) => plainLine(log, number)).join('\n');
  return deps.terminal.outside((write) => write(`\n${text}\n\nAny key leads back to ccwb-tui.\n`));
}

/** A line as it is taken away: without colours, CodeBuild's prefix kept. */
const plainLine = (log: LogModel, number: number) => plain(log.line(number)?.text ?? '');

/** All lines held, as they are saved: plain text, CodeBuild's prefix kept, a line feed behind each. */
export function* savedLines(log: LogModel): Generator<string> {
  for (let number = log.first; number < log.count; number++) yield `${plainLine(log, number)}\n`;
}
