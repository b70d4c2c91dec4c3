import type { Command } from 'commander';
import type { Run } from './context.ts';

/** Has a command of the tree answer what to run: `action` gets its arguments and options. */
export type AddAction = (child: Command, action: (...args: never[]) => Run) => void;

/** A command below another: it prints help like all, and refuses arguments that it does not name. */
export function subcommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .helpOption('--help', 'print this help')
    .allowExcessArguments(false);
}

/** A command that only holds others. */
export function commandGroup(root: Command, name: string, description: string): Command {
  return root
    .command(name)
    .description(description)
    .helpOption('--help', 'print this help')
    .helpCommand(false);
}
