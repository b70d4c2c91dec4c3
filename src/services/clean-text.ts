import { maskSecrets } from '../domain/mask-secrets.ts';
import { sanitiseText } from '../domain/sanitise.ts';

/** A stranger's text for a message: one clean line without secrets, not endless. */
export function cleanText(message: string): string {
  const line = maskSecrets(sanitiseText(message)).trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
