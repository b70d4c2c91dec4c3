import type { Capabilities } from '../domain/terminal.ts';
import { through } from './passthrough.ts';

/** Notifications are a line or two; screen also passes on this much in one piece. */
const longestText = 120;

/**
 * The sequence that tells `title` and `body` on the desktop; undefined where the terminal has none. All of them end with
 * BEL: within screen's own string an ST would end that one.
 */
export function notificationSequence(
  title: string,
  body: string,
  { notifications, multiplexer, unicode }: Pick<Capabilities, 'notifications' | 'multiplexer' | 'unicode'>,
): string | undefined {
  const heading = textOf(title, unicode);
  const text = textOf(body, unicode);
  switch (notifications) {
    case 'osc9':
      // Windows Terminal and ConEmu take `9;4;…` and its like for commands: ours begins with no digit.
      return through(`\x1b]9;${`${heading}: ${text}`.replace(/^\d/, ' $&')}\x07`, multiplexer);
    case 'osc777':
      return through(`\x1b]777;notify;${heading};${text}\x07`, multiplexer);
    case 'osc99':
      return through(
        `\x1b]99;i=ccwb-tui:d=0:p=title;${heading}\x07\x1b]99;i=ccwb-tui:p=body;${text}\x07`,
        multiplexer,
      );
    default:
      return undefined;
  }
}

/** Without controls, format characters and the `;` that parts the fields. */
function textOf(text: string, unicode: boolean): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll(';', ',');
  const shown = unicode ? clean : clean.replace(/[^\x20-\x7e]/g, '?');
  return [...shown].slice(0, longestText).join('').trim();
}
