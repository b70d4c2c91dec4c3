import type { Capabilities } from '../domain/terminal.ts';

/** screen passes on at most 768 bytes in one string. */
const screenChunk = 500;

/** `sequence` for the terminal behind a multiplexer. tmux passes it on with `allow-passthrough on` only. */
export function through(sequence: string, multiplexer: Capabilities['multiplexer']): string {
  if (multiplexer === 'tmux') return throughTmux(sequence);
  if (multiplexer === 'screen') {
    return `\x1bP${sequence.match(new RegExp(`[\\s\\S]{1,${screenChunk}}`, 'g'))?.join('\x1b\\\x1bP')}\x1b\\`;
  }
  return sequence;
}

/** Every ESC within is doubled. */
export const throughTmux = (sequence: string) => `\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`;
