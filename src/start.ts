import { randomBytes, randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CommandLine, parseCommandLine } from './commands/command-line.ts';
import type { CommandContext, GlobalOptions } from './commands/context.ts';
import { createIo } from './commands/io.ts';
import { type DebugSink, openDebugFile } from './debug-file.ts';
import type { Build } from './domain/build.ts';
import { AppError, exitCodeFor, exitCodes, isAbort, toAppError } from './domain/errors.ts';
import type { ConnectOptions, Services } from './domain/ports.ts';
import { sanitiseText } from './domain/sanitise.ts';
import { programFolders } from './folders.ts';
import { urlOpener } from './open-url.ts';
import { daemonScript, revision, sampleFolder, version } from './package-info.ts';
import { createSandboxControl } from './sandbox/daemon/control.ts';
import { systemClock } from './services/clock.ts';
import { createConnect } from './services/connect.ts';
import { systemProcesses } from './services/distributions/processes.ts';
import { mayReplaceLatestBuild, recordLatestBuild } from './services/latest-build.ts';
import { createProfiles } from './services/profiles.ts';
import { quietNoise } from './services/sdk-noise.ts';
import { createSettings } from './services/settings.ts';
import { readCapabilities, requireCursorAddressing } from './terminal/capabilities.ts';

/** The composition root: makes what the program needs of the machine, runs what the arguments ask for. */
export async function start(process: NodeJS.Process, argv: readonly string[]): Promise<number> {
  let debug: DebugSink = () => {};
  try {
    const line = parseCommandLine(argv, version);
    if (line.kind === 'text') {
      process.stdout.write(line.text);
      return exitCodes.done;
    }
    debug = openDebugFile(line.options.debug, systemClock.now);
    debug(`ccwb-tui ${version}, node ${process.versions.node}, ${process.platform}-${process.arch}`);
    quietNoise({ process, console }, debug);
    return await (line.kind === 'program' ? runTui(process, line, debug) : runCommand(process, line, debug));
  } catch (error) {
    if (isAbort(error)) return exitCodes.interrupted;
    const shown = toAppError(error);
    debug(`${shown.kind}: ${shown.stack ?? shown.message}\ncause: ${describe(shown.cause)}`);
    const hint = shown.hint ? `\n  ${sanitiseText(shown.hint)}` : '';
    process.stderr.write(`ccwb-tui: ${sanitiseText(shown.message)}${hint}\n`);
    return exitCodeFor(shown);
  }
}

const describe = (cause: unknown): string =>
  cause instanceof Error
    ? `${cause.stack ?? cause.message}\n${describe(cause.cause)}`
    : String(cause ?? 'none');

/** What both the commands and the full-screen program stand on. */
function createMachine(process: NodeJS.Process, options: GlobalOptions, notify: (message: string) => void) {
  const { env } = process;
  const home = env.HOME || homedir();
  const folders = programFolders(process.platform, env, home);
  const clock = systemClock;
  const machine = { clock, platform: process.platform, arch: process.arch };
  const sandbox = createSandboxControl({
    ...machine,
    version: revision,
    dataDir: folders.data,
    sampleDir: sampleFolder,
    nodePath: process.execPath,
    daemonArgv: [daemonScript],
    env,
    notify,
  });
  const connect = createConnect({
    clock,
    random: Math.random,
    version,
    env,
    cwd: process.cwd(),
    // Not the machine's temporary folder: whoever makes a folder there first could swap what is packed.
    tempDir: join(folders.data, 'work'),
    newId: () => randomBytes(8).toString('hex'),
    processes: systemProcesses,
  });
  return {
    home,
    clock,
    sandbox,
    connect,
    settings: createSettings({ dir: folders.config }),
    profiles: createProfiles({ home, cwd: process.cwd(), env }),
    capabilities: readCapabilities(env, { color: options.color, ascii: options.ascii }),
    systemTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

async function runCommand(
  process: NodeJS.Process,
  line: CommandLine & { kind: 'command' },
  debug: DebugSink,
): Promise<number> {
  const { options } = line;
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      interrupt.abort();
      // A second one ends what does not end by itself.
      process.once(name, () => process.exit(exitCodes.interrupted));
    });
  }
  const { signal } = interrupt;
  const machine = createMachine(process, options, (message) => process.stderr.write(`${message}\n`));
  const settings = machine.settings.read();
  const io = createIo(process, {
    color: machine.capabilities.colorDepth > 0,
    unicode: machine.capabilities.unicode,
    timeZone: settings.timeZone === 'utc' ? 'UTC' : machine.systemTimeZone,
  });
  const close: (() => void)[] = [];
  const context: CommandContext = {
    options,
    io,
    signal,
    settings,
    clock: machine.clock,
    sandbox: machine.sandbox,
    newToken: randomUUID,
    async connect(use) {
      const services = await machine.connect(
        await place(machine, options, use?.startsBuilds === true, signal),
        signal,
      );
      close.push(() => services.close());
      return services;
    },
    recordLatestBuild: (build, services) => noteLatestBuild(machine, build, services),
  };
  try {
    debug(`command ${line.name}`);
    return await line.run(context);
  } finally {
    for (const end of close) end();
  }
}

type Machine = ReturnType<typeof createMachine>;

/** Notes the build for ccwb. A build of the sandbox never takes the place of a real one's note. */
async function noteLatestBuild(machine: Machine, build: Build, services: Services): Promise<void> {
  const bucket = services.deployment.buildBucket ?? '';
  const isSandbox = services.connection.place === 'sandbox';
  if (isSandbox && !(await mayReplaceLatestBuild(machine.home, bucket))) return;
  await recordLatestBuild(machine.home, {
    id: build.id,
    project: build.project,
    target: build.target,
    bucket,
    startedAt: build.startedAt ?? machine.clock.now(),
  });
}

/** Which account the global options mean, with the sandbox started where it is the one. */
async function place(
  machine: Machine,
  options: GlobalOptions,
  startsBuilds: boolean,
  signal: AbortSignal,
): Promise<ConnectOptions> {
  const chosen = {
    ...(options.profile === undefined ? {} : { profileName: options.profile }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.project === undefined ? {} : { project: options.project }),
  };
  if (!options.sandbox) {
    const endpoint = options.endpointUrl === undefined ? {} : { endpointUrl: options.endpointUrl };
    return { place: 'aws', home: machine.home, ...chosen, ...endpoint };
  }
  const info = await machine.sandbox.ensure(sourceOf(options, startsBuilds), signal);
  return {
    place: 'sandbox',
    home: info.home,
    endpointUrl: info.endpoint,
    credentials: info.credentials,
    proof: info.proof,
    ...chosen,
  };
}

/** Commands that start builds settle what is built; the others leave that as it is. */
function sourceOf(options: GlobalOptions, startsBuilds: boolean): { source?: string | null } {
  if (options.source !== undefined) return { source: resolve(options.source) };
  return startsBuilds ? { source: null } : {};
}

async function runTui(
  process: NodeJS.Process,
  line: CommandLine & { kind: 'program' },
  debug: DebugSink,
): Promise<number> {
  const { options, build } = line;
  if (options.json) {
    throw new AppError({
      kind: 'usage',
      message: '--json belongs to the headless commands.',
      hint: 'For example: ccwb-tui builds --json',
    });
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new AppError({
      kind: 'usage',
      message: 'The full-screen program needs a terminal.',
      hint: `Without one: ccwb-tui ${build === undefined ? 'builds' : `build ${build}`}`,
    });
  }
  requireCursorAddressing(process.env);
  const machine = createMachine(process, options, debug);
  const settings = machine.settings.read();
  const [{ runProgram }, { openTerminal }, { processHost }] = await Promise.all([
    import('./program.tsx'),
    import('./terminal/open-terminal.ts'),
    import('./terminal/process-host.ts'),
  ]);
  const terminal = openTerminal(
    processHost(process, machine.capabilities, () => process.exit(exitCodes.interrupted)),
  );
  const openUrl = urlOpener(process.platform, process.env);
  restoreOnEveryExit(process, () => terminal.restoreSync());
  try {
    return await runProgram({
      ...machine,
      terminal,
      timeZone: settings.timeZone === 'utc' ? 'UTC' : machine.systemTimeZone,
      newToken: randomUUID,
      log: debug,
      recordLatestBuild: (latest, services) => noteLatestBuild(machine, latest, services),
      ...(openUrl ? { openUrl } : {}),
      options: {
        ...options,
        ...(options.sandbox ? { place: 'sandbox' as const } : {}),
        ...(build === undefined ? {} : { buildRef: build }),
        ...sourceOf(options, true),
      },
    });
  } finally {
    await terminal.close();
    await machine.settings.settled();
  }
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The shell gets its screen, cursor and modes back whatever ends the program. */
function restoreOnEveryExit(process: NodeJS.Process, restore: () => void): void {
  process.on('exit', restore);
  for (const [name, number] of Object.entries(signalNumbers)) {
    process.on(name, () => {
      restore();
      process.exit(128 + number);
    });
  }
  process.on('uncaughtException', (error) => {
    restore();
    process.stderr.write(
      `ccwb-tui: ${sanitiseText(toAppError(error).message)}\n  Run again with --debug FILE and report what it holds.\n`,
    );
    process.exit(exitCodes.failed);
  });
}
