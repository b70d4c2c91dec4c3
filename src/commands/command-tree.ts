import { Command } from 'commander';
import { addBuildCommands, addStopAndRetry } from './builds-line.ts';
import type { CommandLine } from './command-line.ts';
import { isUnknownCommand, unknownCommand } from './command-names.ts';
import type { Run } from './context.ts';
import { addGlobalOptions, globalOptions } from './global-options.ts';
import { addLinksCommands } from './links-line.ts';
import { addPackageCommands } from './package-line.ts';
import { addSandboxCommands } from './sandbox-line.ts';
import type { AddAction } from './subcommand.ts';

/** All commands with their arguments and options; `found` is told which one was parsed. */
export function commandTree(version: string, found: (result: CommandLine) => void): Command {
  const root = new Command('ccwb-tui')
    .description('Build, watch and hand out Claude Code sign-in binaries with AWS CodeBuild.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    .argument('[build]', 'open this build: latest, an id, or the beginning of one');
  addGlobalOptions(root);
  root.action((build: string | undefined) => {
    if (build !== undefined && isUnknownCommand(build)) throw unknownCommand(build);
    found({ kind: 'program', options: globalOptions(root), ...(build === undefined ? {} : { build }) });
  });
  const addAction: AddAction = (child, action) => {
    child.action((...args: unknown[]) => {
      const run = (action as (...args: unknown[]) => Run)(...args);
      found({ kind: 'command', name: child.name(), options: globalOptions(root), run });
    });
  };
  addBuildCommands(root, addAction);
  addPackageCommands(root, addAction);
  addLinksCommands(root, addAction);
  addStopAndRetry(root, addAction);
  addSandboxCommands(root, addAction);
  return root;
}
