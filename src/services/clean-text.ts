import { maskSecrets } from '../domain/mask-secrets.ts';
import { sanitiseText } from '../domain/sanitise.ts';

/** In UTF-16 units; enough for the messages of AWS that name a role. */
const longest = 300;

/** A stranger's text for a message: one clean line without secrets, not endless. */
export function cleanText(message: string): string {
  return sanitiseText(maskSecrets(sanitiseText(message)).trim(), longest);
}
