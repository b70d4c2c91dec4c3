import encoder from 'qrcode/lib/core/qrcode.js';
import { AppError } from './errors.ts';
import type { QrCode } from './qr-picture.ts';

/** Bytes that the largest code (version 40) holds at the lowest error correction; ISO/IEC 18004, table 7. */
export const longestText = 2_953;

/**
 * The QR code of a text, as small as it can be: at the lowest error correction, since a screen has no scratches and
 * every module saved is a row that fits. Undefined for a text too long for any code. Takes up to a tenth of a second.
 */
export function qrCode(text: string): QrCode | undefined {
  if (new TextEncoder().encode(text).length > longestText) return undefined;
  const { modules } = encoder.create(text, { errorCorrectionLevel: 'L' });
  return { size: modules.size, modules: Uint8Array.from(modules.data) };
}

/** What to say of a text that no code holds. */
export function tooLong(text: string): AppError {
  const bytes = new TextEncoder().encode(text).length;
  return new AppError({
    kind: 'invalid',
    message: `The link is too long for a QR code: ${bytes} bytes, at most ${longestText}.`,
    hint: 'Copy it, or hand out the note.',
  });
}
