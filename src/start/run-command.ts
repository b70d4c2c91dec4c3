import { randomUUID } from 'node:crypto';
import type { CommandLine } from '../commands/command-line.ts';
import type { CommandContext } from '../commands/context.ts';
import { createIo } from '../commands/io.ts';
import { exitCodes } from '../domain/errors.ts';
import { codeLook } from '../domain/qr-picture.ts';
import { accountOf } from './account.ts';
import type { DebugSink } from './debug-file.ts';
import { createMachine } from './machine.ts';
import { noteLatestBuild } from './note-latest-build.ts';

/** Runs a headless command on the process's streams; a signal interrupts it. */
export async function runCommand(
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
  const capabilities = machine.capabilities(settings.terminal);
  const look = {
    color: capabilities.colorDepth > 0,
    unicode: capabilities.unicode,
    code: codeLook(capabilities),
    timeZone: settings.timeZone === 'utc' ? 'UTC' : machine.systemTimeZone,
  };
  const io = createIo(process, look, () => process.kill(process.pid, 'SIGINT'));
  const close: (() => void)[] = [];
  const context: CommandContext = {
    options,
    io,
    signal,
    settings,
    clock: machine.clock,
    sandbox: machine.sandbox,
    files: machine.files,
    newToken: randomUUID,
    async connect(use) {
      const services = await machine.connect(
        await accountOf(machine, options, use?.startsBuilds === true, signal),
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
