import { CommanderError, Help, type Option } from 'commander';
import { AppError } from '../domain/errors.ts';
import { commandNames, isUnknownCommand, unknownCommand } from './command-names.ts';
import { commandTree } from './command-tree.ts';
import type { GlobalOptions, Run } from './context.ts';

export type CommandLine =
  | { kind: 'text'; text: string }
  | { kind: 'program'; options: GlobalOptions; build?: string }
  | { kind: 'command'; name: string; options: GlobalOptions; run: Run };

/**
 * Reads the arguments after the program's name.
 * @throws AppError `usage`, with one line of hint, for anything that cannot be meant.
 */
export function parseCommandLine(argv: readonly string[], version: string): CommandLine {
  let parsed: CommandLine | undefined;
  let text = '';
  const root = commandTree(version, (result) => {
    parsed = result;
  });
  for (const command of [root, ...root.commands, ...root.commands.flatMap((child) => child.commands)]) {
    command
      .exitOverride()
      .configureHelp({ optionDescription: describeOption, showGlobalOptions: true })
      .configureOutput({
        writeOut: (part) => {
          text += part;
        },
        writeErr: () => {},
      });
  }
  try {
    root.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    throw usageError(error, argv, root.args[0]);
  }
  if (!parsed) throw new AppError({ kind: 'usage', message: 'Nothing to do.', hint: 'See ccwb-tui --help.' });
  return parsed;
}

function usageError(error: CommanderError, argv: readonly string[], first: string | undefined): AppError {
  // Such a word takes the place of the build to open, and only what follows it is too much.
  const isTooMuch = error.code === 'commander.excessArguments';
  if (isTooMuch && first && isUnknownCommand(first)) return unknownCommand(first);
  const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  const command = argv.find((word) => !word.startsWith('-'));
  const known = command && commandNames.includes(command);
  return new AppError({
    kind: 'usage',
    message: message === '(outputHelp)' ? 'A subcommand is missing.' : capitalise(message),
    hint: `See ccwb-tui ${known ? `${command} ` : ''}--help.`,
    cause: error,
  });
}

/** A flag is off unless given: saying so on every line helps nobody. */
function describeOption(option: Option): string {
  return option.defaultValue === false ? option.description : new Help().optionDescription(option);
}

const capitalise = (text: string) =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.)?]$/.test(text) ? '' : '.');
