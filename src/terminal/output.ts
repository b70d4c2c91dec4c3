import type { Regions } from '../domain/regions.ts';
import { drawFrame, readFrame, type Screen, type Size } from './screen.ts';
import { withoutFrameMarks } from './sequences.ts';
import type { TtySink } from './tty-sink.ts';

/** Pauses between tries while the terminal does not read, in milliseconds; the last one repeats. */
const retryPauses = [2, 4, 8, 16, 32, 64];

/**
 * Pauses between drawings that only regions asked for, milliseconds: about as many a second as the eye tells apart, and
 * fewer where most of the region is new each time, which nobody can read and a slow line would choke on.
 */
const regionPause = { shortest: 30, longest: 125, bytesPerMs: 32 };

/**
 * So much too early, in milliseconds, it is drawn at once, and the next pause is as much longer: whoever reads lines at
 * about the pace of the drawings draws them in the same turn, where being woken once more would cost as much again.
 */
const slackMs = 30;

/** Bytes that reach the terminal in one piece on any line: they need no marks to be shown as one picture. */
const onePiece = 400;

export type Output = {
  /** The picture to show now; one that comes while bytes are still on their way takes the place of the waiting one. */
  show(frame: string): void;
  /** Regions of the last picture have changed: drawn at once (a key waits for it), or soon. */
  touch(when: 'now' | 'soon'): void;
  /** A sequence of ours (copy, title, bell); sent between two pictures. Dropped when too many wait. */
  send(sequence: string): void;
  /** Forgets what the terminal shows: the next picture is drawn whole. */
  forget(): void;
  /** Whether all was taken by the terminal. */
  isIdle(): boolean;
  /** Resolves when all was taken. */
  idle(): Promise<void>;
  /** Stops writing; answers whether the terminal received part of a sequence. */
  stop(): { isCut: boolean };
};

const mostWaitingSequences = 32;

/**
 * Draws frames on a terminal that may be slow or stopped: at most one drawing is under way, nothing queues behind it
 * but the newest frame, and no call ever blocks.
 */
export function createOutput(options: {
  sink: TtySink;
  size: () => Size;
  regions: () => Regions;
  onError: (error: unknown) => void;
  /** False where the terminal does not know DEC 2026; absent: it may. */
  isSynchronized?: () => boolean;
  /** Milliseconds of a clock that only goes on. */
  now?: () => number;
}): Output {
  const now = options.now ?? (() => performance.now());
  let screen: Screen;
  let rest: Uint8Array | undefined;
  let frame: string | undefined;
  /** Whether the frame or a region may differ from what was sent. */
  let isDirty = false;
  /** When regions may be drawn again, and what waits for that. */
  let coolAt = Number.NEGATIVE_INFINITY;
  let waiting: NodeJS.Timeout | undefined;
  let isTouched = false;
  let sequences: string[] = [];
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const waiters: (() => void)[] = [];

  const nextBytes = (): Uint8Array | undefined => {
    if (sequences.length > 0) {
      const text = sequences.join('');
      sequences = [];
      return Buffer.from(text);
    }
    if (frame === undefined || !isDirty) return undefined;
    const size = options.size();
    const rows = readFrame(frame, size, screen, options.regions());
    isDirty = false;
    isTouched = false;
    clearTimeout(waiting);
    waiting = undefined;
    const drawing = drawFrame(screen, rows, size);
    const needsMarks = drawing.length > onePiece && options.isSynchronized?.() !== false;
    const text = needsMarks ? drawing : withoutFrameMarks(drawing);
    screen = { size, rows };
    if (text === '') return undefined;
    const bytes = Buffer.from(text);
    coolDown(bytes.length);
    return bytes;
  };

  /** From now on, and for so long as these bytes ask for, regions that change wait. */
  const coolDown = (bytes: number) => {
    const { shortest, longest, bytesPerMs } = regionPause;
    const at = now();
    const early = Math.max(0, Math.min(slackMs, coolAt - at));
    coolAt = at + early + Math.min(longest, Math.max(shortest, bytes / bytesPerMs));
  };
  const drawSoon = () => {
    isTouched = true;
    const wait = coolAt - now();
    if (wait <= slackMs) draw();
    else waiting ??= setTimeout(drawTouched, wait + slackMs);
  };
  const drawTouched = () => {
    waiting = undefined;
    if (isTouched) drawSoon();
  };

  const pump = (): void => {
    timer = undefined;
    while (!isStopped) {
      rest ??= nextBytes();
      if (rest === undefined) break;
      let taken: number;
      try {
        taken = options.sink.write(rest);
      } catch (error) {
        // The terminal is gone (EIO after a hang-up): there is nothing to draw on any more.
        isStopped = true;
        options.onError(error);
        break;
      }
      if (taken === 0) {
        timer = setTimeout(pump, retryPauses[Math.min(tries, retryPauses.length - 1)]);
        tries += 1;
        return;
      }
      tries = 0;
      rest = taken < rest.length ? rest.subarray(taken) : undefined;
    }
    if (isIdle()) for (const resolve of waiters.splice(0)) resolve();
  };
  const isIdle = () => isStopped || (rest === undefined && !isDirty && !isTouched && sequences.length === 0);
  const kick = () => {
    if (timer === undefined && !isStopped) pump();
  };
  const draw = () => {
    isDirty = true;
    kick();
  };

  return {
    show(picture) {
      frame = picture;
      draw();
    },
    touch(when) {
      if (frame === undefined) return;
      if (when === 'soon') drawSoon();
      else draw();
    },
    send(sequence) {
      if (sequences.length < mostWaitingSequences) sequences.push(sequence);
      kick();
    },
    forget() {
      screen = undefined;
    },
    isIdle,
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    stop() {
      isStopped = true;
      clearTimeout(timer);
      clearTimeout(waiting);
      for (const resolve of waiters.splice(0)) resolve();
      return { isCut: rest !== undefined };
    },
  };
}
