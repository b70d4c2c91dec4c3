import { AppError } from '../../src/domain/errors.ts';
import type { SandboxControl } from '../../src/domain/ports/sandbox.ts';
import { defaultSettings, type Settings } from '../../src/domain/settings.ts';
import { type ProgramDeps, type ProgramOptions, runProgram } from '../../src/program.tsx';
import { codePng } from '../../src/services/png.ts';
import { createFakeAccount, type FakeAccount } from './fake-services.ts';
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.tsx';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { pictureBuilds, pictureTime } from './sample-builds.ts';

export type StartedProgram = {
  terminal: FakeTerminal;
  account: FakeAccount;
  clock: ManualClock;
  /** Settles when the program has ended. */
  ended: ReturnType<typeof runProgram>;
  settings: { saved: Partial<Settings>[] };
  opened: string[];
  /** Files that were saved, by their paths. */
  written: Map<string, string>;
  /** Pictures that were saved, by their paths. */
  pictures: Map<string, Uint8Array>;
  /** Quits and waits; for the end of a test. */
  quit(): Promise<void>;
};

const noSandbox: SandboxControl = {
  ensure: async () => ({
    endpoint: 'http://127.0.0.1:1',
    port: 1,
    pid: 1,
    region: 'us-east-1',
    credentials: { accessKeyId: 'A', secretAccessKey: 'S' },
    proof: () => ({ path: '/', check: () => {} }),
    home: '/nowhere',
    dataDir: '/nowhere',
  }),
  status: async () => undefined,
  stop: async () => false,
  reset: async () => {},
  serve: async () => {},
};

/** The whole program in a sized fake terminal, on an account in memory, at a time that stands still. */
export function startProgram(
  given: {
    columns?: number;
    rows?: number;
    capabilities?: Partial<FakeTerminal['capabilities']>;
    account?: FakeAccount;
    options?: Partial<ProgramOptions>;
    settings?: Partial<Settings>;
    deps?: Partial<ProgramDeps>;
  } = {},
): StartedProgram {
  const clock = createManualClock(pictureTime);
  const terminal = createFakeTerminal({
    ...(given.columns === undefined ? {} : { columns: given.columns }),
    ...(given.rows === undefined ? {} : { rows: given.rows }),
    ...(given.capabilities === undefined ? {} : { capabilities: given.capabilities }),
  });
  const account = given.account ?? pictureAccount(clock);
  const saved: Partial<Settings>[] = [];
  const opened: string[] = [];
  const written = new Map<string, string>();
  const pictures = new Map<string, Uint8Array>();
  let tokens = 0;
  const ended = runProgram({
    connect: account.connect,
    sandbox: noSandbox,
    settings: {
      path: '/nowhere/settings.json',
      read: () => ({ ...defaultSettings, ...given.settings }),
      update: (change) => void saved.push(change),
    },
    files: {
      save: async (path, lines, { overwrite }) => {
        if (written.has(path) && !overwrite) return 'exists';
        const text = [...lines].join('');
        written.set(path, text);
        return { path, bytes: text.length };
      },
      saveWhole: async (path, content, { overwrite }) => {
        if ((written.has(path) || pictures.has(path)) && !overwrite) return 'exists';
        if (typeof content === 'string') written.set(path, content);
        else pictures.set(path, codePng(content));
        return { path, bytes: 1 };
      },
      folder: async (path) => {
        if (!path.includes('nowhere')) return path.replace(/^~/, '/home/alice');
        throw new AppError({
          kind: 'not-found',
          message: `The folder ${path} does not exist.`,
          hint: 'Give one that does.',
        });
      },
    },
    clock,
    terminal,
    home: '/nowhere',
    options: { place: 'aws', profile: 'ClaudeCode', readOnly: false, ...given.options },
    timeZone: 'UTC',
    newToken: () => {
      tokens += 1;
      return `token-${tokens}`;
    },
    openUrl: (url) => void opened.push(url),
    log: () => {},
    ...given.deps,
  });
  return {
    terminal,
    account,
    clock,
    ended,
    settings: { saved },
    opened,
    written,
    pictures,
    async quit() {
      terminal.type('\x03\x03');
      await ended.catch(() => {});
    },
  };
}

/** The account of the pictures: seven builds of 214, credentials for seven hours and twelve minutes. */
export function pictureAccount(clock: Pick<ManualClock, 'now'>): FakeAccount {
  const account = createFakeAccount({
    now: clock.now,
    connection: { credentialsExpireAt: pictureTime + (7 * 60 + 12) * 60_000 + 30_000 },
    deployment: {
      projects: ['claude-code-auth-windows-build', 'claude-code-auth-linux-x64-build'],
    },
    projects: [
      {
        name: 'claude-code-auth-windows-build',
        target: 'windows',
        source: { type: 'S3', location: 'bucket/source.zip' },
        environment: { type: 'WINDOWS_SERVER_2022_CONTAINER', computeType: 'BUILD_GENERAL1_LARGE' },
      },
    ],
  });
  account.setBuilds(pictureBuilds(), { total: 214, more: true });
  return account;
}
