import { codeSpace, whyNotDrawn } from '../domain/qr-picture.ts';
import { bannerRows, bodyRows, isTooSmall, mostBottomLines, smallest } from './layout.ts';
import type { State } from './state.ts';

/** Where the QR code shown stands: in the note, or over all of the screen; `nowhere` once there is no room left. */
export type CodePlace = 'beside' | 'below' | 'screen' | 'nowhere';

/** Rows that a note keeps above a code: its link, until when, the sha256. */
const leastNoteRows = 13;

/** Undefined while no code is shown. */
export function codePlace(state: State): CodePlace | undefined {
  const { code, size, route } = state;
  const look = state.env.codeLook;
  if (!code || isTooSmall(state)) return undefined;
  if (!look || whyNotDrawn(code.code, look, size)) return 'nowhere';
  const isNote =
    route.screen === 'ship' && (route.of !== undefined || state.ship?.distribution !== undefined);
  if (!isNote) return 'screen';
  const { columns, rows } = codeSpace(code.code, look);
  // Less what notices and questions may take for a moment: the code does not jump for them.
  const body = size.rows - 2 - bannerRows(state) - mostBottomLines;
  if (rows <= body && columns + smallest.columns <= size.columns) return 'beside';
  return columns <= size.columns && rows + leastNoteRows <= body ? 'below' : 'screen';
}

/** Whether the code covers the whole screen, and keys are pressed on it. */
export function isCodeOverAll(state: State): boolean {
  const place = codePlace(state);
  return place === 'screen' || place === 'nowhere';
}

/** Columns and rows that the note has beside or above a code. */
export function noteRoom(state: State): { columns: number; rows: number } {
  const { code, size } = state;
  const body = bodyRows(state);
  const look = state.env.codeLook;
  const place = codePlace(state);
  if (!code || !look || (place !== 'beside' && place !== 'below'))
    return { columns: size.columns, rows: body };
  const space = codeSpace(code.code, look);
  return place === 'beside'
    ? { columns: size.columns - space.columns, rows: body }
    : { columns: size.columns, rows: body - space.rows };
}
