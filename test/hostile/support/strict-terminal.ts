/**
 * What may reach the terminal, and nothing else. Written anew here from what the device is meant to send, so that a
 * sequence which slips into the device's own lists is found all the same.
 */
const sent: readonly RegExp[] = [
  // Cursor to a place, forward; to the beginning of the row.
  /\x1b\[(?:[1-9]\d{0,3}(?:;[1-9]\d{0,3})?)?H/y,
  /\x1b\[(?:[1-9]\d{0,3})?C/y,
  /\r/y,
  // Erase to the end of the row, the whole screen.
  /\x1b\[K/y,
  /\x1b\[2J/y,
  // A region of the screen and, within it, line feeds and reverse indexes; then no region again.
  /\x1b\[[1-9]\d{0,3};[1-9]\d{0,3}r\x1b\[[1-9]\d{0,3}H(?:\n+|(?:\x1bM)+)\x1b\[r/y,
  /\x1b\[r/y,
  // Modes of the session: alternate screen, cursor, wrapping, paste, one picture at a time.
  /\x1b\[\?(?:1049|25|7|2004|2026)[hl]/y,
  // The title's stack, and the title itself in plain ASCII.
  /\x1b\[2[23];2t/y,
  /\x1b\]2;[\x20-\x7e]*\x07/y,
];
/** Links of ours: pages of the AWS console, the sandbox; and their ends. */
const links = [
  /\x1b\]8;(?:id=[0-9a-z]{1,13})?;https:\/\/[a-z0-9-]+\.console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)\/[\x21-\x7e]*(?:\x07|\x1b\\)/y,
  /\x1b\]8;;(?:\x07|\x1b\\)/y,
];
const sgr = /\x1b\[([\d;]*)m/y;
const sgrAllowed =
  /^(?:(?:[0123479]|2[1-4]|27|29|3[0-7]|39|4[0-7]|49|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3})(?:;(?!$)|$))*$/;
/** Controls and whatever a terminal shows nothing of; the replacement character is what a broken string becomes. */
const forbidden =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufffd]/u;
const marks = /\p{M}{5,}/u;

/**
 * What is wrong with bytes on their way to the terminal; undefined where nothing is. `controlsOnly`: invisible
 * characters may pass, which are no matter of the device's.
 */
export function strangeByte(bytes: Uint8Array, controlsOnly = false): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return 'no UTF-8';
  }
  return strangeIn(text, [...sent, ...links], true, controlsOnly);
}

/** The same of text that is printed: nothing but line feeds, and colours where `color`. */
export function strangeInPrinted(text: string, color = false): string | undefined {
  return strangeIn(text, [/\n/y], color);
}

/** The same of a frame on its way to the device, which may hold links of ours, and rows that are holes for regions. */
export const strangeInFrame = (frame: string): string | undefined =>
  strangeIn(frame.replace(/^[\ufdd0-\ufdd4]$/gm, ''), [/\n/y, ...links]);

function strangeIn(
  text: string,
  allowed: readonly RegExp[],
  color = true,
  controlsOnly = false,
): string | undefined {
  const plainText = /[^\x00-\x1f\x7f-\x9f]+/y;
  for (let at = 0; at < text.length; ) {
    plainText.lastIndex = at;
    const run = plainText.exec(text)?.[0];
    if (run !== undefined) {
      const found = controlsOnly ? null : (forbidden.exec(run) ?? marks.exec(run));
      if (found) return told(text, at + found.index);
      at += run.length;
      continue;
    }
    sgr.lastIndex = at;
    const look = color ? sgr.exec(text) : null;
    if (look && sgrAllowed.test(look[1] ?? '')) {
      at += look[0].length;
      continue;
    }
    const ours = allowed.find((pattern) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!ours) return told(text, at);
    at = ours.lastIndex;
  }
  return undefined;
}

const told = (text: string, at: number) =>
  `${JSON.stringify(text.slice(at, at + 24)).replace(/[\x7f-\uffff]/g, escaped)} behind ${JSON.stringify(text.slice(Math.max(0, at - 40), at))}`;

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Where in a value a string is not clean; colours are allowed in the lines of a log. */
export function uncleanIn(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') {
    const strange = strangeIn(value, [], /\.lines\.\d+\.text$/.test(path));
    return strange === undefined ? undefined : `${path}: ${strange}`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Error) {
    const { message, hint } = value as Error & { hint?: string };
    return uncleanIn({ message, hint }, path);
  }
  for (const [key, inner] of Object.entries(value)) {
    const found = strangeIn(key, []) ?? uncleanIn(inner, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
