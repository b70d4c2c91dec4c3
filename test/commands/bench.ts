import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandLine, parseCommandLine } from '../../src/commands/command-line.ts';
import type { CommandContext, GlobalOptions, Io } from '../../src/commands/context.ts';
import { AppError, exitCodeFor } from '../../src/domain/errors.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { createLogFiles } from '../../src/services/log-files.ts';
import { openTestSession, type TestSession } from '../services/support/session.ts';
import type { BuildScript } from '../support/scripted-build.ts';

export type Printed = { code: number; out: string; err: string };

/** Commands against the sandbox over the wire, with time that passes by itself. */
export type CommandBench = {
  session: TestSession;
  /** Runs a command line as the program does, errors and exit codes included. */
  run(line: string, options?: RunOptions): Promise<Printed>;
  /** Where the commands are run: their files land here. */
  folder: string;
  /** Builds that were noted for ccwb, oldest first. */
  noted: string[];
  close(): Promise<void>;
};

type RunOptions = {
  answer?: boolean;
  signal?: AbortSignal;
  screen?: Io['screen'];
  columns?: number;
  /** Called with all of stderr whenever something came. */
  onErr?: (soFar: string) => void;
};

export async function openCommandBench(script?: BuildScript): Promise<CommandBench> {
  const session = await openTestSession(script ? { script } : {});
  const folder = await mkdtemp(join(tmpdir(), 'ccwb-commands-'));
  const noted: string[] = [];
  const notNeeded = () => Promise.reject(new Error('this command has no use for the sandbox'));
  let tokens = 0;

  const run: CommandBench['run'] = async (line, options = {}) => {
    const { answer, screen, columns, onErr, signal = new AbortController().signal } = options;
    const printed: Printed = { code: 0, out: '', err: '' };
    const context = (options: GlobalOptions): CommandContext => ({
      options,
      io: {
        out: async (text) => {
          printed.out += text;
        },
        err: (text) => {
          printed.err += text;
          onErr?.(printed.err);
        },
        confirm: answer === undefined ? undefined : async () => answer,
        ...(screen ? { screen } : {}),
        ...(columns === undefined ? {} : { columns }),
        color: false,
        unicode: true,
        timeZone: 'UTC',
      },
      signal,
      clock: session.clock,
      settings: defaultSettings,
      sandbox: { ensure: notNeeded, status: notNeeded, stop: notNeeded, reset: notNeeded, serve: notNeeded },
      files: createLogFiles({ cwd: folder, home: folder }),
      connect: async () => session.services,
      newToken: () => {
        tokens += 1;
        return `token-${tokens}`;
      },
      recordLatestBuild: async (build) => {
        noted.push(build.id);
      },
    });
    try {
      const parsed: CommandLine = parseCommandLine(line.split(' '), 'test');
      if (parsed.kind !== 'command') throw new Error(`${line} is no command`);
      printed.code = await session.run(parsed.run(context(parsed.options)));
    } catch (error) {
      printed.code = exitCodeFor(error);
      if (!(error instanceof AppError) && printed.code !== 130) throw error;
      printed.err += (error as Error).message;
    }
    return printed;
  };
  const close = async () => {
    await session.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { session, run, folder, noted, close };
}
