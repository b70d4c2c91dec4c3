/** The escape sequences we send; nothing else of the kind reaches the terminal. */
export const enterAlternateScreen = '\x1b[?1049h';
export const leaveAlternateScreen = '\x1b[?1049l';
export const hideCursor = '\x1b[?25l';
export const showCursor = '\x1b[?25h';
/** Off for the session: a row that is wider than thought is cut, not wrapped into its neighbours. */
export const autowrapOff = '\x1b[?7l';
export const autowrapOn = '\x1b[?7h';
export const bracketedPasteOn = '\x1b[?2004h';
export const bracketedPasteOff = '\x1b[?2004l';
export const resetStyle = '\x1b[0m';
export const eraseToLineEnd = '\x1b[K';
export const eraseScreen = '\x1b[2J';
export const home = '\x1b[H';
/** The whole screen scrolls again; a terminal keeps a region also when the program that set it is gone. */
export const noRegion = '\x1b[r';
/** DEC 2026: the terminal shows what lies between as one picture; unknown to some, harmless there. */
export const beginFrame = '\x1b[?2026h';
export const endFrame = '\x1b[?2026l';
/** A drawing for a terminal without DEC 2026. */
export const withoutFrameMarks = (drawing: string) =>
  drawing.replaceAll(beginFrame, '').replaceAll(endFrame, '');
/** Makes a terminal drop a sequence it has received only the beginning of. */
export const cancelSequence = '\x18';

/** The terminal's own stack of titles, so that the shell's comes back; unknown to some, harmless there. */
export const saveTitle = '\x1b[22;2t';
export const restoreTitle = '\x1b[23;2t';
/** Of ASCII, or of whatever is no control and turns no text around. */
export const titleOf = (title: string, unicode: boolean) =>
  `\x1b]2;${title.replace(unicode ? /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu : /[^\x20-\x7e]/g, '?')}\x07`;

export const enterProgram =
  enterAlternateScreen + hideCursor + autowrapOff + bracketedPasteOn + noRegion + eraseScreen;
export const leaveProgram =
  endFrame + bracketedPasteOff + noRegion + resetStyle + autowrapOn + showCursor + leaveAlternateScreen;
