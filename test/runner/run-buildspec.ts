import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import { createRunner } from '../../src/runner/create-runner.ts';
import type { RunEvent, RunRequest } from '../../src/runner/types.ts';

/** The machine's own time: real processes end when they end. No test asserts one. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
};

export type Workspace = { dir: string; sourceDir: string; scratchDir: string };

/** A folder with a source and a scratch folder, removed when the test ends. */
export async function makeWorkspace(files: Record<string, string> = {}): Promise<Workspace> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'runner-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  const workspace = { dir, sourceDir: join(dir, 'src'), scratchDir: join(dir, 'scratch') };
  await mkdir(workspace.sourceDir);
  await mkdir(workspace.scratchDir);
  for (const [name, text] of Object.entries(files)) {
    const path = join(workspace.sourceDir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return workspace;
}

export type RunResult = {
  events: RunEvent[];
  /** All log lines in order. */
  lines: string[];
  /** What commands printed and CodeBuild's words, each `[Container] <date> ` cut off. */
  text: string[];
  /** `PHASE STATUS` of every phase that ended. */
  phases: string[];
  ended: Extract<RunEvent, { kind: 'ended' }>;
};

export type RunOptions = {
  files?: Record<string, string>;
  workspace?: Workspace;
  request?: Partial<RunRequest>;
  clock?: Clock;
  signal?: AbortSignal;
  graceMs?: number;
  onEvent?: (event: RunEvent) => void | Promise<void>;
};

export function collect(events: RunEvent[]): RunResult {
  const lines = events.flatMap((event) => (event.kind === 'log' ? event.lines : []));
  const ended = events.at(-1);
  if (ended?.kind !== 'ended') throw new Error('the last event is not `ended`');
  return {
    events,
    lines,
    text: lines.map((line) => line.replace(/^\[Container\] \S+ \S+ /, '')),
    phases: events.flatMap((event) =>
      event.kind === 'phase-ended' ? [`${event.phase} ${event.status}`] : [],
    ),
    ended,
  };
}

/** Runs a buildspec for real and gathers what it says. */
export async function runBuildspec(
  buildspec: string | undefined,
  options: RunOptions = {},
): Promise<RunResult> {
  const workspace = options.workspace ?? (await makeWorkspace(options.files));
  const events: RunEvent[] = [];
  const run = createRunner({
    clock: options.clock ?? realClock,
    nodePath: process.execPath,
    platform: process.platform,
    newToken: randomUUID,
    grace: { graceMs: options.graceMs ?? 10_000, pollMs: 10 },
  });
  const request: RunRequest = {
    sourceDir: workspace.sourceDir,
    scratchDir: workspace.scratchDir,
    ...(buildspec === undefined ? {} : { buildspec }),
    variables: {},
    reserved: {},
    timeoutMs: 600_000,
    ...options.request,
  };
  await run(
    request,
    (event) => {
      events.push(event);
      return options.onEvent?.(event);
    },
    options.signal ?? new AbortController().signal,
  );
  return collect(events);
}
