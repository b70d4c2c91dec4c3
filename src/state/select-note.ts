import { formatBytes } from '../domain/format.ts';
import { elideLink, expiryReason } from '../domain/link-life.ts';
import { installCommands, type NoteFacts, systemsOf } from '../domain/ship-note.ts';
import { wrap } from '../domain/wrap.ts';
import { noteRoom } from './code-place.ts';
import { cannotHandOut, noteFactsOf } from './note-facts.ts';
import { originText } from './select-distributions.ts';
import { untilText } from './select-ship.ts';
import type { State } from './state.ts';
import { shownPackage } from './why-not.ts';

/** A row of the note on screen. */
export type NoteLine =
  /** What was done. */
  | { kind: 'made'; text: string }
  /** What each step took. */
  | { kind: 'steps' }
  | { kind: 'blank' }
  | { kind: 'fact'; title: string; text: string; tone?: 'title' | 'warn' | 'accent'; link?: string }
  | { kind: 'title'; text: string }
  | { kind: 'command'; text: string }
  | { kind: 'remark'; text: string; tone: 'muted' | 'warn' };

const blank: NoteLine = { kind: 'blank' };

/** Columns before a fact's text, with those at the edge. */
export const factIndent = 12;
/** Columns before a command's text. */
export const commandIndent = 4;

/** The note of the package made, row by row: what to know first, then the commands, in which the link is cut. */
export function selectNoteLines(state: State): NoteLine[] {
  const { columns } = noteRoom(state);
  if (state.route.screen === 'ship' && state.route.of !== undefined) return listedLines(state, columns);
  const made = state.ship?.distribution;
  if (!made) return [];
  const notes = state.ship?.notes ?? [];
  const why = state.ship?.steps.RECORD.detail;
  // What was taken from where is good to know, what is wrong with it must be known.
  const collected = notes.filter(({ step }) => step === 'COLLECT');
  const remarks = (those: typeof notes) => those.flatMap(({ text }) => remark(text, 'muted', columns));
  return [
    { kind: 'made', text: made.isUnrecorded ? 'Made, not recorded' : 'Made and recorded' },
    ...(made.isUnrecorded && why !== undefined ? remark(`The record was ${why}.`, 'muted', columns) : []),
    { kind: 'steps' },
    blank,
    ...facts(made, state, columns - factIndent - 1),
    ...remarks(notes.filter(({ step }) => step !== 'COLLECT')),
    blank,
    ...commands(made, columns),
    ...(collected.length > 0 ? [blank, ...remarks(collected)] : []),
  ];
}

/** The note of a package of the list, in the same words. */
function listedLines(state: State, columns: number): NoteLine[] {
  const entry = shownPackage(state);
  const noted = noteFactsOf(state);
  const why = cannotHandOut(state);
  if (why !== undefined || !entry || !noted) {
    return [blank, ...remark(why ?? 'The package is not in the list any more.', 'warn', columns)];
  }
  return [
    blank,
    ...facts(noted, state, columns - factIndent - 1),
    ...fact('Made', originText(entry, state.env.timeZone), columns - factIndent - 1),
    blank,
    ...commands(noted, columns),
  ];
}

/** How far the note can be scrolled: so that its last row stands at the bottom. */
export function noteScrollRange(state: State): number {
  return Math.max(0, selectNoteLines(state).length - noteRoom(state).rows);
}

function fact(title: string, text: string, room: number, more: { tone?: 'title' | 'warn' } = {}): NoteLine[] {
  return wrap(text, room).map((line, index) => ({
    kind: 'fact',
    title: index === 0 ? title : '',
    text: line,
    ...more,
  }));
}

function facts(made: NoteFacts, state: State, room: number): NoteLine[] {
  const isSandbox = state.session.state === 'open' && state.session.connection.place === 'sandbox';
  const { url, allowedIps = [], builds = [], expiryCause, verified } = made;
  return [
    { kind: 'fact', title: 'Link', text: elideLink(url, room), tone: 'accent', link: url },
    ...(isSandbox ? fact('', 'of the sandbox: it works on this machine only', room, { tone: 'warn' }) : []),
    ...fact('Works', `until ${untilText(made.expiresAt, state.env.timeZone)}`, room, { tone: 'title' }),
    ...(expiryCause === undefined ? [] : fact('', expiryReason(expiryCause), room)),
    ...(allowedIps.length > 0 ? fact('Only from', allowedIps.join(', '), room) : []),
    ...fact('File', `${made.filename}, ${formatBytes(made.size)}`, room),
    ...fact('sha256', made.checksum, room),
    ...(builds.length > 0 ? fact('Built by', builds.map(shortBuild).join(', '), room) : []),
    ...(verified === undefined ? [] : fact('Tested', verified, room)),
  ];
}

/** A build's id with the beginning of its uuid. */
const shortBuild = (id: string) => id.slice(0, id.indexOf(':') + 9);

/** Longest piece of a link in a command. */
const longestLink = 40;

function commands(made: NoteFacts, columns: number): NoteLine[] {
  const systems = systemsOf(made);
  if (!systems.unix && !systems.windows) {
    return remark('It holds no sign-in program for any system.', 'warn', columns);
  }
  const link = elideLink(made.url, longestLink);
  const room = columns - commandIndent - 1;
  return [
    ...remark(
      'Install with these commands; Y copies them with the whole link, S saves them.',
      'muted',
      columns,
    ),
    ...installCommands(systems, link, made.checksum).flatMap(
      ({ title, commands: text }, index): NoteLine[] => [
        ...(index === 0 ? [] : [blank]),
        ...wrap(title, columns - 3).map((line): NoteLine => ({ kind: 'title', text: line })),
        ...text.split('\n').flatMap((line) => wrap(line, room).map(commandLine)),
      ],
    ),
  ];
}

const commandLine = (text: string): NoteLine => ({ kind: 'command', text });

const remark = (text: string, tone: 'muted' | 'warn', columns: number): NoteLine[] =>
  wrap(text, columns - 3).map((line) => ({ kind: 'remark', text: line, tone }));
