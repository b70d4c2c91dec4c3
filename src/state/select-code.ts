import { codeRows, whyNotDrawn } from '../domain/qr-picture.ts';
import type { State } from './state.ts';
import type { ShownCode } from './state-distributions.ts';

/** Rows of the codes drawn: a frame a second shows the same one. */
const drawn = new WeakMap<ShownCode, string[]>();

/** The QR code shown as rows in their colours; none where none is. */
export function selectCodeRows({ code, env }: State): readonly string[] {
  if (!code || !env.codeLook) return [];
  const known = drawn.get(code);
  if (known) return known;
  const rows = codeRows(code.code, env.codeLook);
  drawn.set(code, rows);
  return rows;
}

/** Why the code shown has no room any more. */
export const codeTrouble = ({ code, env, size }: State): string | undefined =>
  code && whyNotDrawn(code.code, env.codeLook, size);
