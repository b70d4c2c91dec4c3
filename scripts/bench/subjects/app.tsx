/**
 * The whole full-screen program on the process's terminal, with services that hold builds in memory and follow a log
 * from a file. It is told what to hold by BENCH, a JSON of {@link Told}, and reports on itself at SIGUSR2.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { runProgram } from '../../../src/program.tsx';
import { systemClock } from '../../../src/services/clock.ts';
import { readCapabilities } from '../../../src/terminal/capabilities.ts';
import { openTerminal } from '../../../src/terminal/open-terminal.ts';
import { processHost } from '../../../src/terminal/process-host.ts';
import { benchBuilds, benchServices } from './services.ts';

export type Told = {
  builds: number;
  /** Whether the newest build runs. */
  isRunning: boolean;
  /** Log of the newest build, which is opened; absent: the list is shown. */
  log?: string;
  /** Whether it watches the lag of its event loop, which wakes it every millisecond. */
  watchesLag?: boolean;
  /** Where a report goes. */
  report?: string;
};
/** Written at SIGUSR2, about the time since the one before. */
export type Report = { lagMs: number };

const told = JSON.parse(process.env.BENCH ?? '{}') as Told;
const lag = monitorEventLoopDelay({ resolution: 1 });
if (told.watchesLag) lag.enable();
process.on('SIGUSR2', () => {
  const report: Report = { lagMs: lag.max / 1e6 };
  lag.reset();
  if (told.report === undefined) return;
  writeFileSync(`${told.report}.new`, JSON.stringify(report));
  renameSync(`${told.report}.new`, told.report);
});

const capabilities = readCapabilities(process.env, { color: true, ascii: false });
const terminal = openTerminal(processHost(process, capabilities, () => process.exit(1)));
process.on('exit', () => terminal.restoreSync());
process.on('SIGTERM', () => {
  terminal.restoreSync();
  process.exit(143);
});
const builds = benchBuilds(told.builds, told.isRunning, systemClock.now());
const code = await runProgram({
  connect: async () => benchServices(builds, told.log, systemClock),
  sandbox: {
    ensure: async () => Promise.reject(new Error('no sandbox here')),
    status: async () => undefined,
    stop: async () => false,
    reset: async () => {},
    serve: async () => {},
  },
  settings: { path: '', read: () => defaultSettings, update: () => {} },
  files: {
    save: async () => Promise.reject(new Error('nothing is saved here')),
    saveWhole: async () => Promise.reject(new Error('nothing is saved here')),
    folder: async (path) => path,
  },
  clock: systemClock,
  terminal,
  home: process.env.HOME ?? '/',
  options: {
    place: 'aws',
    profile: 'bench',
    readOnly: false,
    ...(told.log === undefined ? {} : { buildRef: 'latest' }),
  },
  timeZone: 'UTC',
  newToken: () => 'token',
  log: () => {},
});
process.exit(code);
