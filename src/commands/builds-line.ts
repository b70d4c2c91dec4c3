import type { Command } from 'commander';
import { parseLimit } from '../domain/hours.ts';
import { parseRegExp, parseSince } from './arguments.ts';
import { type AddAction, subcommand } from './subcommand.ts';

const buildHelp = 'latest, an id, or the beginning of one';

/** The commands of the tree that read builds. */
export function addBuildCommands(root: Command, addAction: AddAction): void {
  addAction(
    subcommand(root, 'builds', 'list builds, newest first').option(
      '--limit <n>',
      'how many',
      (text) => parseLimit(text),
      10,
    ),
    (options: { limit: number }) => async (context) => (await import('./builds.ts')).builds(context, options),
  );
  addAction(
    subcommand(root, 'build', 'one build with its phases')
      .argument('<build>', buildHelp)
      .option('--watch', 'wait for its end; exit 0 or 1 by its result', false),
    (build: string, options: { watch: boolean }) => async (context) =>
      (await import('./build.ts')).build(context, { build, ...options }),
  );
  addAction(
    subcommand(root, 'logs', 'the log of a build')
      .argument('<build>', buildHelp)
      .option('--follow', 'go on until the build has ended', false)
      .option('--filter <regex>', 'only lines that match', parseRegExp)
      .option('--since <age>', 'only lines younger than 90s, 30m, 2h or 1d', parseSince)
      .option('--timestamps', 'begin each line with its time', false),
    (build: string, options: { follow: boolean; filter?: RegExp; since?: number; timestamps: boolean }) =>
      async (context) =>
        (await import('./logs.ts')).logs(context, { build, ...options }),
  );
}

/** The commands of the tree that change a build that is there. */
export function addStopAndRetry(root: Command, addAction: AddAction): void {
  for (const name of ['stop', 'retry'] as const) {
    addAction(
      subcommand(root, name, name === 'stop' ? 'stop a running build' : 'start the same build again')
        .argument('<build>', buildHelp)
        .option('--yes', 'do not ask', false),
      (build: string, options: { yes: boolean }) => async (context) =>
        (await import('./stop-retry.ts'))[name](context, { build, ...options }),
    );
  }
}
