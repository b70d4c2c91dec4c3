import type { AppError } from '../domain/errors.ts';
import type { State } from './state.ts';
import type { Notice, Tone } from './state-messages.ts';

const keptMessages = 200;
const noticeMs = 8_000;

/** Says something in the line above the footer, and keeps it among the messages of the session. */
export function say(state: State, tone: Tone, text: string, hint?: string): State {
  const message = { at: state.now, tone, text, ...(hint === undefined ? {} : { hint }) };
  return {
    ...state,
    messages: [...state.messages, message].slice(-keptMessages),
    notice: noticeOf(tone, hint === undefined ? text : `${text} ${hint}`, state.now),
  };
}

export const noticeOf = (tone: Tone, text: string, now: number): Notice => ({
  text,
  tone,
  until: now + noticeMs,
});

/** Says an error: message first, then what to do. */
export const sayError = (state: State, error: AppError): State =>
  say(state, 'bad', error.message, error.hint);
