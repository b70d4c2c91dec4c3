import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { SandboxControl } from '../../../src/domain/ports/sandbox.ts';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { type ProgramOptions, runProgram } from '../../../src/program.tsx';
import type { Fault, FaultCall, FaultHook } from '../../../src/sandbox/faults.ts';
import { createConnect } from '../../../src/services/connect.ts';
import { createLogFiles } from '../../../src/services/log-files.ts';
import { watchRequests } from '../../services/support/in-flight.ts';
import { loadSdk } from '../../services/support/load-sdk.ts';
import { createFakeTerminal, type FakeTerminal } from '../../support/fake-terminal.tsx';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { type BuildScript, scriptedBuild } from '../../support/scripted-build.ts';
import { steadyBuild } from './scripts.ts';

const stepMs = 200;
const turnsPerStep = 6;
/** More than an answer on a busy machine takes; one that is still not there is not waited for. */
const mostTurns = 5_000;

/** The whole program on the whole sandbox over the wire, in a terminal of 80x24, in a time that a test lets pass. */
export type World = {
  terminal: FakeTerminal;
  clock: ManualClock;
  sandbox: Pick<TestSandbox, 'info' | 'dir'>;
  /** Ends the sandbox as `ccwb-tui sandbox stop` does; the program may start it again, on the same port and data. */
  stopSandbox(): Promise<void>;
  /** Calls that reached the sandbox, oldest first. */
  calls: { operation: string; at: number }[];
  /** What goes wrong from now on; nothing without a hook. */
  setFaults(hook?: FaultHook): void;
  /** Holds back every answer from now on, those of `operations` only where given; the answer lets them go. */
  freeze(...operations: string[]): () => void;
  /** Lets the answers go that are held back since the start. */
  thaw(): void;
  /** Lets time pass, standing still while calls are under way. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until the screen shows all this; fails with the screen after `withinMs` of the clock. */
  see(...what: (string | RegExp)[]): Promise<string>;
  /** What is wrong, since when and what to do, once the screen says so: the same as `see` with the banner's frame. */
  seeTrouble(...what: (string | RegExp)[]): Promise<string>;
  /** The same until the screen shows none of this. */
  seeNo(...what: (string | RegExp)[]): Promise<string>;
  press(keys: string): Promise<void>;
  /** The clock's present time as the screen tells it. */
  time(): string;
  /** Writes the AWS credentials that a sign-in leaves in the home folder. */
  signIn(): Promise<void>;
  close(): Promise<void>;
};

export const start = Date.UTC(2026, 10, 20, 10);
/** The screen as one line, so that what is broken over several is found; the banner's time stands out of the way. */
export function unbroken(text: string): string {
  const when = / since [\d:]{8}, (?:trying again|next try in [\w ]+)$/m;
  return `${text.replace(when, '').replace(/\s+/g, ' ')} ${when.exec(text)?.[0] ?? ''}`;
}

const sinceWhen = /since \d\d:\d\d:\d\d, (trying again|next try in)/;
const longestWaitMs = 5 * 60_000;

export async function openWorld(
  given: {
    script?: BuildScript;
    /** `aws`: the sandbox as an endpoint of AWS, with the credentials of the home folder. */
    place?: 'aws' | 'sandbox';
    options?: Partial<ProgramOptions>;
    faults?: FaultHook;
    /** Frozen from the first call on; {@link World.thaw} ends it. */
    frozen?: boolean;
  } = {},
): Promise<World> {
  // Loading takes real time, in which the clock would run on.
  await Promise.all([
    loadSdk(),
    import('../../../src/services/distributions/make.ts'),
    import('../../../src/services/distributions/list-packages.ts'),
  ]);
  const clock = createManualClock(start);
  const calls: World['calls'] = [];
  const cold = Promise.withResolvers<void>();
  let hook: FaultHook | undefined = given.frozen
    ? () => ({ kind: 'delay', until: cold.promise })
    : given.faults;
  /** Answers that a fault holds back: they are not waited for. */
  let held = 0;
  const faults = (call: FaultCall): Fault | undefined => {
    if (call.service !== 'ccwb-sandbox') calls.push({ operation: call.operation, at: clock.now() });
    const fault = hook?.(call);
    if (fault?.kind !== 'delay') return fault;
    held += 1;
    const until = fault.until.finally(() => {
      held -= 1;
    });
    return { ...fault, until };
  };
  const dir = await mkdtemp(join(tmpdir(), 'ccwb-world-'));
  // Next to nothing: zipping the sample project at each start takes longer than all the rest.
  const source = join(dir, 'source');
  await mkdir(source);
  await writeFile(join(source, 'buildspec.yml'), 'version: 0.2\n');
  const startSandbox = () =>
    startTestSandbox({
      clock,
      source,
      dataDir: dir,
      port: 'kept',
      faults,
      runBuild: scriptedBuild(clock, given.script ?? steadyBuild(30)),
    });
  let sandbox: TestSandbox | undefined = await startSandbox();
  const { info } = sandbox;
  const { home, credentials } = info;
  const signIn = async () => {
    const { accessKeyId, secretAccessKey } = credentials;
    await mkdir(join(home, '.aws'), { recursive: true });
    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    await writeFile(join(home, '.aws/credentials'), `[default]\n${keys}`);
  };
  if (given.place === 'aws') await signIn();
  const control: SandboxControl = {
    ensure: async () => {
      sandbox ??= await startSandbox();
      return info;
    },
    status: async () => sandbox?.info,
    stop: async () => false,
    reset: async () => {},
    serve: async () => {},
  };
  const requests = watchRequests();
  const terminal = createFakeTerminal({ columns: 80, rows: 24 });
  let tokens = 0;
  const ended = runProgram({
    connect: createConnect({
      clock,
      random: () => 0,
      version: 'test',
      env: {},
      cwd: dir,
      dataDir: dir,
      tempDir: dir,
      newId: () => 'test',
      processes: { pid: process.pid, alive: () => false },
    }),
    sandbox: control,
    settings: { path: join(dir, 'settings.json'), read: () => defaultSettings, update: () => {} },
    clock,
    terminal,
    files: createLogFiles({ cwd: dir, home }),
    home,
    options: {
      place: given.place ?? 'sandbox',
      ...(given.place === 'aws' ? { endpointUrl: info.endpoint } : {}),
      readOnly: false,
      ...given.options,
    },
    timeZone: 'UTC',
    newToken: () => {
      tokens += 1;
      return `token-${tokens}`;
    },
    log: () => {},
  });
  let failure: unknown;
  ended.catch((error: unknown) => {
    failure = error;
  });

  // Files and sockets live in real time: the clock stands still for them.
  const isBusy = () =>
    requests.count() > held ||
    process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name.startsWith('Zlib'));
  const settle = async () => {
    for (let turns = 0; turns < turnsPerStep || (turns < mostTurns && isBusy()); turns += 1) await turn();
  };
  const step = async () => {
    await clock.advance(stepMs);
    await settle();
    if (failure !== undefined) throw failure;
  };
  const wait = async (holds: (text: string) => boolean, what: string) => {
    const limit = clock.now() + longestWaitMs;
    await settle();
    while (!holds(terminal.text())) {
      if (clock.now() >= limit) throw new Error(`${what}; the screen shows:\n${terminal.text()}`);
      await step();
    }
    return terminal.text();
  };
  const shows = (text: string, what: string | RegExp) =>
    [text, unbroken(text)].some((shape) =>
      typeof what === 'string' ? shape.includes(what) : what.test(shape),
    );

  return {
    terminal,
    clock,
    sandbox: { info, dir },
    async stopSandbox() {
      const ending = sandbox;
      sandbox = undefined;
      await ending?.close();
    },
    calls,
    setFaults(next) {
      hook = next;
    },
    freeze(...operations) {
      const { promise, resolve } = Promise.withResolvers<void>();
      hook = ({ operation }) =>
        operations.length === 0 || operations.includes(operation)
          ? { kind: 'delay', until: promise }
          : undefined;
      return () => {
        hook = undefined;
        resolve();
      };
    },
    thaw() {
      hook = undefined;
      cold.resolve();
    },
    async pass(ms) {
      const end = clock.now() + ms;
      while (clock.now() < end) await step();
    },
    see: (...what) => wait((text) => what.every((one) => shows(text, one)), `Never seen: ${what.join(', ')}`),
    seeTrouble: (...what) =>
      wait(
        (text) => [...what, '▲ trouble', sinceWhen].every((one) => shows(text, one)),
        `No such trouble: ${what.join(', ')}`,
      ),
    seeNo: (...what) =>
      wait((text) => !what.some((one) => shows(text, one)), `Still there: ${what.join(', ')}`),
    async press(keys) {
      terminal.type(keys);
      await settle();
      await step();
    },
    time: () => new Date(clock.now()).toISOString().slice(11, 19),
    signIn,
    async close() {
      hook = undefined;
      cold.resolve();
      terminal.type('\x03\x03');
      let over = false;
      const end = () => {
        over = true;
      };
      ended.then(end, end);
      while (!over) {
        await clock.advance(stepMs);
        await settle();
      }
      requests.stop();
      await sandbox?.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
