import { toAppError } from '../domain/errors.ts';
import type { Event } from '../state/events.ts';
import type { Tone } from '../state/state-messages.ts';

/** Says an error: its message, and what to do. */
export function saidError(error: unknown, tone: Tone): Event {
  const { message, hint } = toAppError(error);
  return { type: 'said', tone, text: message, ...(hint ? { hint } : {}) };
}
