import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { ConnectOptions } from '../../../src/domain/ports/connect.ts';
import type { Services } from '../../../src/domain/ports/services.ts';
import type { FaultCall, FaultHook } from '../../../src/sandbox/faults.ts';
import { type ConnectDeps, createConnect } from '../../../src/services/connect.ts';
import { windowsBuild } from '../../support/build-scripts.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { type BuildScript, scriptedBuild } from '../../support/scripted-build.ts';
import { watchRequests } from './in-flight.ts';
import { loadSdk } from './load-sdk.ts';

const stepMs = 50;
const turnsPerStep = 8;
const mostTurns = 2_000;

/** A sandbox whose time a test moves, and a session of the real services on it. */
export type TestSession = {
  services: Services;
  clock: ManualClock;
  sandbox: TestSandbox;
  /** Calls that reached the sandbox since the session was opened, by operation. */
  calls: Map<string, number>;
  /** Faults from now on; undefined for none. */
  setFaults(hook: FaultHook | undefined): void;
  connect(options?: Partial<ConnectOptions>, signal?: AbortSignal): Promise<Services>;
  /** Runs `work` while time passes by itself. */
  run<T>(work: Promise<T>): Promise<T>;
  project: string;
  close(): Promise<void>;
};

export async function openTestSession(
  options: { script?: BuildScript; env?: ConnectDeps['env']; newId?: () => string } = {},
): Promise<TestSession> {
  await loadSdk();
  const clock = createManualClock(Date.UTC(2026, 10, 20, 10));
  let hook: FaultHook | undefined;
  const calls = new Map<string, number>();
  const requests = watchRequests();
  const script = options.script ?? windowsBuild;
  const dir = await mkdtemp(join(tmpdir(), 'ccwb-services-'));
  const sandbox = await startTestSandbox({
    clock,
    ...(options.newId ? { newId: options.newId } : {}),
    runBuild: scriptedBuild(clock, script),
    faults: (call: FaultCall) => {
      calls.set(call.operation, (calls.get(call.operation) ?? 0) + 1);
      return hook?.(call);
    },
  });
  const connect = createConnect({
    clock,
    random: () => 0.5,
    version: 'test',
    env: options.env ?? {},
    cwd: dir,
    dataDir: dir,
    tempDir: dir,
    newId: () => 'test',
    processes: { pid: process.pid, alive: () => false },
  });
  const { signal } = new AbortController();
  const open = (more: Partial<ConnectOptions> = {}, until = signal) =>
    connect(
      {
        place: 'sandbox',
        endpointUrl: sandbox.info.endpoint,
        credentials: sandbox.info.credentials,
        proof: sandbox.info.proof,
        home: sandbox.info.home,
        ...more,
      },
      until,
    );
  const services = await open();
  const opened = [services];
  calls.clear();
  return {
    services,
    clock,
    sandbox,
    calls,
    setFaults(next) {
      hook = next;
    },
    async connect(more, until) {
      const session = await open(more, until);
      opened.push(session);
      return session;
    },
    async run(work) {
      let over = false;
      const end = () => {
        over = true;
      };
      work.then(end, end);
      while (!over) {
        await clock.advance(stepMs);
        // An answer that never comes must not stop the time that ends the waiting for it.
        for (let turns = 0; turns < turnsPerStep || (requests.count() > 0 && turns < mostTurns); turns += 1) {
          await turn();
        }
      }
      return work;
    },
    project: services.deployment.projects[0] ?? '',
    async close() {
      for (const session of opened) session.close();
      requests.stop();
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
