import { closeSync, openSync, writeSync } from 'node:fs';
import { AppError } from '../domain/errors.ts';
import { maskSecrets } from '../domain/mask-secrets.ts';
import { sanitiseText } from '../domain/sanitise.ts';

export type DebugSink = (line: string) => void;

/**
 * Appends lines to the file of `--debug`, mode 0600, secrets masked and controls dropped: it is read in a terminal.
 * Without a file nowhere.
 * @throws AppError `usage` where the file cannot be opened.
 */
export function openDebugFile(path: string | undefined, now: () => number): DebugSink {
  if (path === undefined) return () => {};
  let file: number;
  try {
    file = openSync(path, 'a', 0o600);
  } catch (error) {
    throw new AppError({
      kind: 'usage',
      message: `The debug file cannot be written: ${(error as Error).message}.`,
      hint: 'Give --debug a file in a folder you may write to.',
      cause: error,
    });
  }
  process.on('exit', () => closeSync(file));
  return (line) => {
    try {
      writeSync(file, `${new Date(now()).toISOString()} ${clean(line)}\n`);
    } catch {
      // A full disk must not end the program.
    }
  };
}

/** Each line by itself; all but the first are indented, so that no stranger's text passes for an entry of its own. */
const clean = (text: string) =>
  text
    .split('\n')
    .map((line) => maskSecrets(sanitiseText(line)))
    .join('\n  ');
