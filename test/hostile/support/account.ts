import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { parseCommandLine } from '../../../src/commands/command-line.ts';
import type { CommandContext, GlobalOptions } from '../../../src/commands/context.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { Connect } from '../../../src/domain/ports/connect.ts';
import type { SandboxControl } from '../../../src/domain/ports/sandbox.ts';
import type { Services } from '../../../src/domain/ports/services.ts';
import { sanitiseText } from '../../../src/domain/sanitise.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { createConnect } from '../../../src/services/connect.ts';
import { createLogFiles } from '../../../src/services/log-files.ts';
import { watchRequests } from '../../services/support/in-flight.ts';
import { loadSdk } from '../../services/support/load-sdk.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { type HostileAws, type Say, startHostileAws } from './hostile-aws.ts';

/** Time that the tests of this folder share: any number of accounts at once, none overtaken by the clock. */
export type Time = {
  clock: ManualClock;
  /** Lets a moment pass, standing still while calls are under way. */
  step(): Promise<void>;
  /** Runs `work` while time passes. */
  run<T>(work: Promise<T>): Promise<T>;
  stop(): void;
};

/** What all of the account's build ids go on with behind their first digit. */
export const hex = 'a11ce00-0000-4000-8000-000000000000';
export const startTime = Date.UTC(2026, 10, 20, 10);
const stepMs = 200;
const turnsPerStep = 6;
const mostTurns = 5_000;

export function openTime(): Time {
  const clock = createManualClock(startTime);
  const requests = watchRequests();
  const step = async () => {
    await clock.advance(stepMs);
    const isBusy = () =>
      requests.count() > 0 || process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
    for (let turns = 0; turns < turnsPerStep || (turns < mostTurns && isBusy()); turns += 1) await turn();
  };
  return {
    clock,
    step,
    async run(work) {
      let over = false;
      const end = () => {
        over = true;
      };
      work.then(end, end);
      while (!over) await step();
      return work;
    },
    stop: requests.stop,
  };
}

export type Printed = { out: string; err: string };

/** An account that says what it is told to, and the program's own way to it. */
export type HostileAccount = {
  aws: HostileAws;
  home: string;
  connect: Connect;
  /** Runs a headless command as the program does. `wrap` stands between it and the services. */
  command(
    line: string,
    given?: { color?: boolean; wrap?: (services: Services) => Services; signal?: AbortSignal },
  ): Promise<Printed>;
  close(): Promise<void>;
};

export const noSandbox: SandboxControl = {
  ensure: () => Promise.reject(new Error('no sandbox here')),
  status: async () => undefined,
  stop: async () => false,
  reset: async () => {},
  serve: async () => {},
};

export async function openHostileAccount(time: Time, say: Say): Promise<HostileAccount> {
  await Promise.all([loadSdk(), import('../../../src/services/distributions/list-packages.ts')]);
  const { clock } = time;
  const home = await mkdtemp(join(tmpdir(), 'ccwb-hostile-'));
  await mkdir(join(home, '.aws'));
  await writeFile(
    join(home, '.aws/credentials'),
    '[default]\naws_access_key_id = A\naws_secret_access_key = S\n',
  );
  const aws = await startHostileAws(say);
  const real = createConnect({
    clock,
    random: () => 0,
    version: 'test',
    env: {},
    cwd: home,
    dataDir: home,
    tempDir: home,
    newId: () => 'test',
    processes: { pid: process.pid, alive: () => false },
  });
  const connect: Connect = (options, signal) =>
    real({ ...options, place: 'aws', region: 'us-east-1', endpointUrl: aws.url, home }, signal);

  return {
    aws,
    home,
    connect,
    async command(line, { color = false, wrap = (services: Services) => services, signal } = {}) {
      const printed: Printed = { out: '', err: '' };
      const open: Services[] = [];
      const context = (options: GlobalOptions): CommandContext => ({
        options,
        io: {
          out: async (text) => {
            printed.out += text;
          },
          err: (text) => {
            printed.err += text;
          },
          confirm: undefined,
          color,
          unicode: true,
          timeZone: 'UTC',
        },
        signal: signal ?? new AbortController().signal,
        clock,
        settings: defaultSettings,
        sandbox: noSandbox,
        files: createLogFiles({ cwd: home, home }),
        async connect() {
          const services = await connect({ place: 'aws', home }, new AbortController().signal);
          open.push(services);
          return wrap(services);
        },
        newToken: () => 'token',
        recordLatestBuild: async () => {},
      });
      try {
        const parsed = parseCommandLine(line.split(' '), 'test');
        if (parsed.kind !== 'command') throw new Error(`${line} is no command`);
        await time.run(parsed.run(context(parsed.options)));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // As `start` prints it.
        printed.err += `ccwb-tui: ${sanitiseText(error.message)}\n`;
      }
      for (const services of open) services.close();
      return printed;
    },
    async close() {
      await aws.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
