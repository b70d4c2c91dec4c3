import { closeSync, openSync, readSync } from 'node:fs';
import type { Build } from '../../../src/domain/build.ts';
import type { Clock } from '../../../src/domain/clock.ts';
import type { BuildsService, BuildUpdate } from '../../../src/domain/ports/builds.ts';
import type { LogsService } from '../../../src/domain/ports/logs.ts';
import type { Services } from '../../../src/domain/ports/services.ts';
import { splitLogMessage } from '../../../src/domain/sanitise.ts';

const project = 'bench-linux-x64-build';
const minute = 60_000;
const tailPauseMs = 30;
/**
 * Bytes read and decoded at once. A string of twice as many gets memory of its own from the system, whose pages cost four
 * times as much as what the program does with the lines: that would measure this stand-in.
 */
const longestPiece = 64 * 1024;

/** Builds an hour apart, newest first; the newest began two minutes ago. */
export function benchBuilds(count: number, isRunning: boolean, now: number): Build[] {
  return Array.from({ length: count }, (_, index): Build => {
    const uuid = `${index.toString(16).padStart(8, '0')}-1111-4222-8333-444455556666`;
    const startedAt = now - 2 * minute - index * 60 * minute;
    const runs = isRunning && index === 0;
    return {
      id: `${project}:${uuid}`,
      project,
      uuid,
      number: count - index,
      status: runs ? 'IN_PROGRESS' : index % 7 === 3 ? 'FAILED' : 'SUCCEEDED',
      currentPhase: runs ? 'BUILD' : 'COMPLETED',
      startedAt,
      ...(runs ? {} : { endedAt: startedAt + minute + (index % 50) * 1_000 }),
      phases: [{ type: 'BUILD', startedAt: startedAt + 1_000, contexts: [] }],
      target: 'linux-x64',
      log: { kind: 'cloudwatch', group: `/aws/codebuild/${project}`, stream: uuid },
      initiator: 'bench',
    };
  });
}

/** An account of these builds, which do not change; the log of each is the file. */
export function benchServices(builds: readonly Build[], file: string | undefined, clock: Clock): Services {
  const connection = {
    place: 'aws' as const,
    profileName: 'bench',
    region: 'us-east-1',
    identity: { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/bench', userId: 'B' },
  };
  return {
    connection,
    deployment: {
      profile: { name: 'bench', identityPoolName: 'bench', stackNames: {}, extraFiles: [] },
      buildRegion: 'us-east-1',
      region: 'us-east-1',
      projects: [project],
      parameterName: '/claude-code/bench/distribution/latest',
    },
    builds: buildsService(builds, clock),
    logs: { follow: (_query, signal) => (file === undefined ? nothing() : tail(file, clock, signal)) },
    source: { describe: async () => undefined },
    distributions: {
      make: () => nothing(),
      latest: async () => undefined,
      list: async () => [],
      leftovers: async () => [],
      resume: () => nothing(),
      cleanUp: async () => {},
      links: {
        renew: () => nothing(),
        verify: () => notMeasured(),
        download: () => notMeasured(),
        delete: () => notMeasured(),
        revoke: () => notMeasured(),
      },
    },
    identity: async () => connection,
    close: () => {},
  };
}

const notMeasured = () => Promise.reject(new Error('no part of a measurement'));

function buildsService(builds: readonly Build[], clock: Clock): BuildsService {
  const find = (id: string): Build => {
    const found = builds.find((build) => build.id === id);
    if (!found) throw new Error(`no build ${id}`);
    return found;
  };
  const [newest] = builds;
  if (!newest) throw new Error('no builds');
  return {
    list: async () => ({ builds: [...builds], total: builds.length }),
    async *follow(_query, signal) {
      const at = clock.now();
      const total = builds.length;
      yield { kind: 'snapshot', builds: [...builds], more: false, total, at, nextPollAt: at + 60 * minute };
      await aborted(signal);
    },
    get: async (id) => find(id),
    async *watch(id, signal): AsyncIterable<BuildUpdate> {
      yield { kind: 'build', build: find(id), at: clock.now() };
      await aborted(signal);
    },
    resolve: async () => newest,
    start: async () => newest,
    stop: async (id) => find(id),
    retry: async (id) => find(id),
    projects: async () => [],
    refresh: () => {},
  };
}

/** Whole lines as they are appended to the file, through the sanitiser that log events pass. */
async function* tail(file: string, clock: Clock, signal: AbortSignal): ReturnType<LogsService['follow']> {
  const source = openSync(file, 'r');
  const piece = Buffer.allocUnsafe(longestPiece);
  let kept = 0;
  try {
    while (!signal.aborted) {
      const length = kept + readSync(source, piece, kept, longestPiece - kept, null);
      const end = piece.subarray(0, length).lastIndexOf(0x0a) + 1;
      if (end > 0) {
        const timestamp = clock.now();
        const lines = splitLogMessage(piece.toString('utf8', 0, end)).map((text) => ({ timestamp, text }));
        yield { kind: 'lines', lines };
      }
      piece.copyWithin(0, end, length);
      kept = length - end;
      if (length < longestPiece) await clock.sleep(tailPauseMs, signal).catch(() => {});
    }
  } finally {
    closeSync(source);
  }
}

async function* nothing(): AsyncGenerator<never, void, undefined> {}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
