import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import type { SandboxInfo } from '../../src/domain/ports/sandbox.ts';
import type { RunBuild } from '../../src/runner/types.ts';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { createSandbox, type RunningSandbox } from '../../src/sandbox/server.ts';
import { systemClock } from '../../src/services/clock.ts';

export type TestSandboxOptions = {
  /** Absent: the machine's. The sandbox then takes signatures of any time, as the SDK signs by the machine's clock. */
  clock?: Clock;
  /** What a build does; absent: it succeeds at once and leaves nothing. */
  runBuild?: RunBuild;
  faults?: FaultHook;
  /** A folder to keep; absent: one that goes with the sandbox. */
  dataDir?: string;
  /** Absent: any free port; `kept`: as the program does, the one it had before. */
  port?: number | 'kept';
  source?: string | null;
  idleMs?: number;
  maxSkewMs?: number;
  newId?: () => string;
};

export type TestSandbox = {
  info: SandboxInfo;
  sandbox: RunningSandbox;
  clock: Clock;
  /** The data folder. */
  dir: string;
  close(): Promise<void>;
};

/** The folder of the sample project. */
export const sampleDir = join(import.meta.dirname, '../../sample');

/** The whole sandbox in this process, on a port of its own, for a test to use as AWS. */
export async function startTestSandbox(options: TestSandboxOptions = {}): Promise<TestSandbox> {
  const { port = 0, ...rest } = options;
  const clock = options.clock ?? systemClock;
  const dir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ccwb-sandbox-')));
  const sandbox = await createSandbox({
    maxSkewMs: Number.POSITIVE_INFINITY,
    runBuild: succeedAtOnce(clock),
    ...rest,
    ...(port === 'kept' ? {} : { port }),
    clock,
    dataDir: dir,
    sampleDir,
    platform: 'linux',
    arch: 'x64',
    version: 'test',
  });
  return {
    info: sandbox.info,
    sandbox,
    clock,
    dir,
    close: async () => {
      await sandbox.close();
      if (options.dataDir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
}

function succeedAtOnce(clock: Clock): RunBuild {
  return async (_request, emit) => {
    await emit({ kind: 'ended', at: clock.now(), status: 'SUCCEEDED' });
  };
}

/** To compare with: the same sandbox, whose proof is a function made anew. */
export const sameAs = (info: SandboxInfo | undefined) => ({ ...info, proof: expect.any(Function) });
