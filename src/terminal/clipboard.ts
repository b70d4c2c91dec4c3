import type { Capabilities } from '../domain/terminal.ts';
import { through, throughTmux } from './passthrough.ts';

/** The most that terminals are known to take in one OSC 52, in base64 characters. */
const longestPayload = 74_994;

/**
 * OSC 52 with `text` for the terminal's clipboard, wrapped for tmux and screen; undefined where it is too long.
 * Terminals do not acknowledge it. tmux needs `set-clipboard on` or `allow-passthrough on`: both forms are sent.
 */
export function clipboardSequence(
  text: string,
  multiplexer: Capabilities['multiplexer'],
): string | undefined {
  const payload = Buffer.from(text, 'utf8').toString('base64');
  if (payload.length > longestPayload) return undefined;
  const sequence = `\x1b]52;c;${payload}\x07`;
  return multiplexer === 'tmux' ? sequence + throughTmux(sequence) : through(sequence, multiplexer);
}
