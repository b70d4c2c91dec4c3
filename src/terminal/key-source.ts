import { PassThrough } from 'node:stream';
import { type Answers, createAnswerFilter } from './answers.ts';

export type RawInput = {
  setRawMode(on: boolean): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
};

export type KeySource = {
  /** What Ink reads; its raw mode is ours to set, whatever it asks for. */
  readonly keys: NodeJS.ReadableStream;
  start(): void;
  /** Back to the modes the shell had; what is waited for may still come after another `start`. */
  stop(): void;
  /** The next bytes typed; Ink sees none of them. */
  nextChunk(): Promise<Buffer>;
  /** Hands Ink what was typed elsewhere. */
  type(text: string): void;
  /** Takes what was read by somebody else. */
  take(chunk: Buffer): void;
  /** The terminal was asked: its answers may come from now on. */
  expectAnswers(): void;
  /** Whether answers are still waited for. */
  isAwaiting(): boolean;
  /** Resolves when no answer is to be waited for any more: all are there, or their time is over. */
  answered(): Promise<void>;
};

/** How long answers are waited for, and an Esc meanwhile is held back: it may be the first byte of one. */
const answersMs = 1_000;
/** How long an Esc is held back while late answers may still come. */
const lateEscapeMs = 50;
const lateAnswersMs = 30_000;
/** How long the rest of a begun answer is waited for. */
const restMs = 2_000;

/**
 * Keys from the terminal, in raw mode between `start` and `stop`, without the terminal's own answers.
 * @param onLost called when the terminal hung up
 * @param onAnswers called with each answer
 */
export function createKeySource(
  stdin: RawInput,
  onLost: (error: unknown) => void,
  onAnswers: (answers: Answers) => void = () => {},
): KeySource {
  const keys = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => keys,
    ref: () => keys,
    unref: () => keys,
  });
  let waiting: ((chunk: Buffer) => void) | undefined;
  let isStarted = false;
  let isWatched = false;
  let awaited: 'now' | 'late' | undefined;
  let limit: NodeJS.Timeout | undefined;
  let hold: NodeJS.Timeout | undefined;
  let waiters: (() => void)[] = [];

  const awaitAnswers = (how: typeof awaited) => {
    awaited = how;
    clearTimeout(limit);
    if (how !== undefined) {
      const ms = how === 'now' ? answersMs : lateAnswersMs;
      limit = setTimeout(() => {
        awaitAnswers(how === 'now' ? 'late' : undefined);
        if (filter.held() === 'maybe') hand(filter.release());
      }, ms).unref();
    }
    if (how === 'now') return;
    for (const resolve of waiters) resolve();
    waiters = [];
  };
  const filter = createAnswerFilter((answers) => {
    if (answers.isComplete) awaitAnswers(undefined);
    onAnswers(answers);
  });
  const onData = (chunk: Buffer) => {
    const before = filter.held();
    hand(filter.take(chunk));
    const held = filter.held();
    // What was begun keeps its time, however many pieces come.
    if (held !== undefined && held === before && hold) return;
    clearTimeout(hold);
    hold = undefined;
    if (held === undefined) return;
    if (held === 'maybe' && awaited === undefined) {
      hand(filter.release());
      return;
    }
    const ms = held === 'answer' ? restMs : awaited === 'now' ? answersMs : lateEscapeMs;
    hold = setTimeout(() => {
      hold = undefined;
      hand(filter.release());
    }, ms).unref();
  };
  const hand = (chunk: Buffer) => {
    if (chunk.length === 0) return;
    if (!waiting) {
      keys.write(chunk);
      return;
    }
    const resolve = waiting;
    waiting = undefined;
    resolve(chunk);
  };
  const watch = () => {
    if (isWatched) return;
    isWatched = true;
    stdin.on('error', onLost);
    stdin.on('end', () => onLost(new Error('The terminal hung up.')));
  };
  return {
    keys,
    start() {
      if (isStarted) return;
      isStarted = true;
      watch();
      stdin.setRawMode(true);
      stdin.on('data', onData);
      stdin.resume();
    },
    stop() {
      if (!isStarted) return;
      isStarted = false;
      stdin.off('data', onData);
      clearTimeout(hold);
      hold = undefined;
      hand(filter.release());
      stdin.pause();
      stdin.setRawMode(false);
    },
    nextChunk: () =>
      new Promise((resolve) => {
        waiting = resolve;
      }),
    type: (text) => void keys.write(text),
    take: onData,
    expectAnswers: () => awaitAnswers('now'),
    isAwaiting: () => awaited === 'now',
    answered: () => (awaited === 'now' ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve()),
  };
}
