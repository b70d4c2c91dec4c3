import { createInterface } from 'node:readline';
import { AppError } from '../domain/errors.ts';
import type { CodeLook } from '../domain/qr-picture.ts';
import type { Io } from './context.ts';

type Streams = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
};

/** Whoever read the output has had enough (`| head`): the command ends quietly, and well. */
export class ReaderGone extends Error {
  constructor(cause: unknown) {
    super('The reader of the output left.', { cause });
    this.name = 'ReaderGone';
  }
}

/**
 * The process' own streams as {@link Io}. `color` and `unicode` are what flags and environment allow; `interrupt` is what
 * Ctrl-C does while a question stands, when the terminal sends no signal for it.
 */
export function createIo(
  streams: Streams,
  look: { color: boolean; unicode: boolean; timeZone: string; code: CodeLook | undefined },
  interrupt: () => void = () => {},
): Io {
  const { stdin, stdout, stderr } = streams;
  let gone: Error | undefined;
  stdout.on('error', (error) => {
    gone = error;
  });
  stderr.on('error', () => {});
  return {
    out: (text) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(notWritten(gone));
        stdout.write(text, (error) => (error ? reject(notWritten(error)) : resolve()));
      }),
    err: (text) => {
      stderr.write(text);
    },
    confirm:
      stdin.isTTY && stderr.isTTY
        ? (question, signal) => ask(streams, question, signal, interrupt)
        : undefined,
    // Some terminals do not tell: 0.
    ...(stdout.isTTY ? { columns: stdout.columns || 80 } : {}),
    ...(stderr.isTTY ? { screen: { columns: stderr.columns, rows: stderr.rows, look: look.code } } : {}),
    color: look.color && stdout.isTTY === true,
    unicode: look.unicode,
    timeZone: look.timeZone,
  };
}

/** A reader that left has what it wanted; a full disk has lost what was to be kept. */
function notWritten(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE') return new ReaderGone(error);
  const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return new AppError({
    kind: 'failed',
    message: `The output could not be written: ${isFull ? 'the disk is full' : (error.code ?? 'it failed')}.`,
    hint: 'What the command did is done: ask for its result again, with another file for stdout.',
    cause: error,
  });
}

async function ask(
  { stdin, stderr }: Streams,
  question: string,
  signal: AbortSignal,
  interrupt: () => void,
): Promise<boolean> {
  signal.throwIfAborted();
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const leave = () => {
        stderr.write('\n');
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      lines.once('close', () => signal.removeEventListener('abort', leave));
      // Else it would count as a No.
      lines.once('SIGINT', interrupt);
      lines.once('close', () => resolve(''));
      lines.question(`${question} [y/N] `, resolve);
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
