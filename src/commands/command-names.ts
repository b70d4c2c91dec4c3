import { AppError } from '../domain/errors.ts';
import { looksLikeBuild } from './plain-arguments.ts';

/** The words that are commands. */
export const commandNames = [
  'builds',
  'build',
  'logs',
  'package',
  'distribute',
  'links',
  'stop',
  'retry',
  'sandbox',
];

/** A word that is no command takes the place of the build to open, where it can be one. */
export const isUnknownCommand = (word: string) => !commandNames.includes(word) && !looksLikeBuild(word);

export const unknownCommand = (word: string) =>
  new AppError({
    kind: 'usage',
    message: `Unknown command '${word}'.`,
    hint: `Commands: ${commandNames.join(', ')}. See ccwb-tui --help.`,
  });
