import { Command, CommanderError, Help, Option } from 'commander';
import { AppError } from '../domain/errors.ts';
import { parseExpiresHours, parseLimit } from '../domain/hours.ts';
import { parseAllowedIps } from './allowed-ips.ts';
import { parseRegExp, parseSince, parseTargets } from './arguments.ts';
import type { CommandContext, GlobalOptions } from './context.ts';
import type { DistributeOptions } from './distribute.ts';
import { addLinksCommands } from './links-line.ts';
import { isRegionName, isWebAddress, looksLikeBuild } from './plain-arguments.ts';

/** A headless command, ready to run; its exit code is that of the process. */
export type Run = (context: CommandContext) => Promise<number>;

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
  // A word that is no command takes the place of the build to open, and only what follows it is too much.
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

const commandNames = [
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

const isUnknownCommand = (word: string) => !commandNames.includes(word) && !looksLikeBuild(word);

const unknownCommand = (word: string) =>
  new AppError({
    kind: 'usage',
    message: `Unknown command '${word}'.`,
    hint: `Commands: ${commandNames.join(', ')}. See ccwb-tui --help.`,
  });

function commandTree(version: string, found: (result: CommandLine) => void): Command {
  const root = new Command('ccwb-tui');
  root
    .description('Build, watch and hand out Claude Code sign-in binaries with AWS CodeBuild.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    .argument('[build]', 'open this build: latest, an id, or the beginning of one')
    .option('--profile <name>', 'profile of ccwb or of the AWS configuration')
    .option('--region <region>', 'AWS region')
    .option('--project <name>', 'CodeBuild project, instead of those of the profile')
    .option('--endpoint-url <url>', 'where the AWS services answer')
    .option(
      '--sandbox',
      'use the sandbox on this machine: runs the commands of the build here, as you',
      false,
    )
    .option('--source <dir>', 'build this folder in the sandbox instead of its sample project')
    .option('--json', 'print JSON on stdout and nothing else', false)
    .option('--read-only', 'refuse whatever would change something', false)
    .option('--no-color', 'no colours')
    .option('--ascii', 'ASCII characters only', false)
    .option('--debug <file>', 'write what happens to a file');
  root.action((build: string | undefined) => {
    if (build !== undefined && isUnknownCommand(build)) throw unknownCommand(build);
    found({ kind: 'program', options: globals(root), ...(build === undefined ? {} : { build }) });
  });
  const command = (name: string, load: (command: Command) => (...args: never[]) => Run) => {
    const child = root.command(name).helpOption('--help', 'print this help').allowExcessArguments(false);
    addAction(child, load(child));
  };
  const addAction = (child: Command, action: (...args: never[]) => Run) => {
    child.action((...args: unknown[]) => {
      const run = (action as (...args: unknown[]) => Run)(...args);
      found({ kind: 'command', name: child.name(), options: globals(root), run });
    });
  };

  command('builds', (it) => {
    it.description('list builds, newest first').option('--limit <n>', 'how many', limit, 10);
    return (options: { limit: number }) => async (context) =>
      (await import('./builds.ts')).builds(context, options);
  });
  command('build', (it) => {
    it.description('one build with its phases')
      .argument('<build>', 'latest, an id, or the beginning of one')
      .option('--watch', 'wait for its end; exit 0 or 1 by its result', false);
    return (build: string, options: { watch: boolean }) => async (context) =>
      (await import('./build.ts')).build(context, { build, ...options });
  });
  command('logs', (it) => {
    it.description('the log of a build')
      .argument('<build>', 'latest, an id, or the beginning of one')
      .option('--follow', 'go on until the build has ended', false)
      .option('--filter <regex>', 'only lines that match', parseRegExp)
      .option('--since <age>', 'only lines younger than 90s, 30m, 2h or 1d', parseSince)
      .option('--timestamps', 'begin each line with its time', false);
    return (
      build: string,
      options: { follow: boolean; filter?: RegExp; since?: number; timestamps: boolean },
    ) =>
      async (context) =>
        (await import('./logs.ts')).logs(context, { build, ...options });
  });
  command('package', (it) => {
    it.description('start a build of each target that has a project')
      .option('--target-platform <list>', 'targets, comma separated; all without it', parseTargets)
      .option('--status <build>', 'print the state of a build instead of starting one')
      .option('--wait', 'follow the build to its end', false)
      .option('--distribute', 'make a distribution of it once it has succeeded (waits)', false)
      .option('--expires-hours <n>', 'life of the link, 1 to 168 hours', hours)
      .option('--allowed-ips <cidrs>', addressesHelp, addresses)
      .option('--qr', qrHelp, false)
      .option('--yes', 'with --distribute: do not ask where something is missing', false);
    return (options: {
      targetPlatform: string[];
      status?: string;
      wait: boolean;
      distribute: boolean;
      expiresHours?: number;
      qr: boolean;
      yes: boolean;
      allowedIps?: string[];
    }) =>
      async (context) =>
        (await import('./package.ts')).packageCommand(context, options);
  });
  command('distribute', (it) => {
    it.description('make a package of the newest good builds and a link to it')
      .option('--get-latest', 'print the recorded link instead', false)
      .option('--expires-hours <n>', 'life of the link, 1 to 168 hours', hours)
      .option('--package-path <dir>', 'folder with more files for the package')
      .option('--allowed-ips <cidrs>', addressesHelp, addresses)
      .option('--build <build>', 'take the binaries of this build')
      .option('--qr', qrHelp, false)
      .option('--yes', 'do not ask where something expected is missing', false)
      .option('--resume', 'finish the distribution that was cut off on this machine', false)
      .option('--clean-up', 'remove what distributions that were cut off have left', false);
    return (options: DistributeOptions) => async (context) =>
      (await import('./distribute.ts')).distribute(context, options);
  });
  addLinksCommands(root, addAction);
  for (const name of ['stop', 'retry'] as const) {
    command(name, (it) => {
      it.description(name === 'stop' ? 'stop a running build' : 'start the same build again')
        .argument('<build>', 'latest, an id, or the beginning of one')
        .addOption(new Option('--yes', 'do not ask').default(false));
      return (build: string, options: { yes: boolean }) => async (context) =>
        (await import('./stop-retry.ts'))[name](context, { build, ...options });
    });
  }
  const sandbox = root
    .command('sandbox')
    .description('the embedded sandbox: AWS protocols on 127.0.0.1, builds run on this machine')
    .helpOption('--help', 'print this help')
    .helpCommand(false);
  const part = (name: string, description: string) => {
    const child = sandbox.command(name).description(description).helpOption('--help', 'print this help');
    return child.allowExcessArguments(false);
  };
  const sandboxCommand = async () => import('./sandbox.ts');
  addAction(
    part('serve', 'serve in the foreground').option('--port <n>', 'port on 127.0.0.1', port),
    (options: { port?: number }) => async (context) => (await sandboxCommand()).serve(context, options),
  );
  addAction(
    part('status', 'where it runs'),
    () => async (context) => (await sandboxCommand()).status(context),
  );
  addAction(part('stop', 'end it'), () => async (context) => (await sandboxCommand()).stop(context));
  addAction(
    part('reset', 'end it and forget its builds, objects and parameters').option(
      '--yes',
      'do not ask',
      false,
    ),
    (options: { yes: boolean }) => async (context) => (await sandboxCommand()).reset(context, options),
  );
  addAction(
    part('env', 'start it and print export lines for other AWS clients'),
    () => async (context) => (await sandboxCommand()).env(context),
  );
  return root;
}

const qrHelp = 'print the link as a QR code too, or save its picture where there is no room';

const limit = (text: string) => parseLimit(text);
const hours = (text: string) => parseExpiresHours(text);
const addresses = (text: string) => parseAllowedIps(text);
const addressesHelp = 'the link works only from these IP addresses and CIDRs, comma separated';

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= 65_535) return value;
  throw new AppError({
    kind: 'usage',
    message: `--port takes 1 to 65535, not '${text}'.`,
    hint: 'For example --port 21000.',
  });
}

function globals(root: Command): GlobalOptions {
  const options = root.opts<GlobalOptions>();
  for (const name of ['profile', 'region', 'project', 'endpointUrl', 'source', 'debug'] as const) {
    if (options[name] === '') {
      const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      throw new AppError({
        kind: 'usage',
        message: `--${flag} needs a value.`,
        hint: 'See ccwb-tui --help.',
      });
    }
  }
  const { region, endpointUrl } = options;
  if (region !== undefined && !isRegionName(region)) {
    throw new AppError({
      kind: 'usage',
      message: `--region takes the name of a region, not '${region}'.`,
      hint: 'For example --region eu-central-1.',
    });
  }
  if (endpointUrl !== undefined && !isWebAddress(endpointUrl)) {
    throw new AppError({
      kind: 'usage',
      message: `--endpoint-url takes an address that begins with http:// or https://, not '${endpointUrl}'.`,
      hint: 'For example --endpoint-url http://127.0.0.1:21000.',
    });
  }
  const sandbox = options.sandbox || options.source !== undefined;
  if (sandbox && options.endpointUrl !== undefined) {
    throw new AppError({
      kind: 'usage',
      message: '--sandbox and --endpoint-url exclude each other.',
      hint: 'Leave one of them out.',
    });
  }
  return { ...options, sandbox };
}
