import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import type { Build } from '../../../src/domain/build.ts';
import type {
  Distribution,
  DistributionEvent,
  DistributionOptions,
} from '../../../src/domain/distribution.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import type { Deployment } from '../../../src/domain/profile.ts';
import type { RunBuild } from '../../../src/runner/types.ts';
import type { Fault, FaultCall } from '../../../src/sandbox/faults.ts';
import { type AwsClients, createAwsClients } from '../../../src/services/aws-clients.ts';
import { createBuilds } from '../../../src/services/builds/builds-service.ts';
import {
  createDistributions,
  type DistributionsDeps,
} from '../../../src/services/distributions/distributions.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { type BuildScript, scriptedBuilds } from '../../support/scripted-build.ts';
import { createQuickClock, type QuickClock } from './quick-clock.ts';

export const region = 'us-east-1';
const bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';
const project = 'claude-code-auth-linux-x64-build';

/** What a good build for Linux leaves; the programs are scripts that tell who they are. */
export function goodArtifact(version = '1'): Record<string, string> {
  return {
    'credential-process-linux-x64': `#!/bin/sh\n# ${version}\necho '{"Version": 1, "AccessKeyId": "AKID"}'\n`,
    'otel-helper-linux-x64': `#!/bin/sh\n# ${version}\necho '{}'\n`,
  };
}

/** A build of no time that leaves these files. */
export function leaving(artifact: Record<string, string | Buffer>): BuildScript {
  return {
    status: 'SUCCEEDED',
    artifact,
    *steps() {
      for (const phase of ['INSTALL', 'PRE_BUILD', 'BUILD', 'POST_BUILD', 'UPLOAD_ARTIFACTS']) {
        yield { begin: phase };
        yield { end: phase };
      }
    },
  };
}

/** The sandbox as AWS, and a distributions service in front of it. */
export type ShipBench = {
  clock: QuickClock;
  sandbox: TestSandbox;
  aws: AwsClients;
  bucket: string;
  deployment: Deployment;
  distributions: DistributionsService;
  tempDir: string;
  /** Where this administrator's machine keeps its ledgers. */
  ledgerDir: string;
  /** A service with other dependencies. */
  withDeps(change: Partial<DistributionsDeps>): DistributionsService;
  /** Runs a build to its end. */
  build(script: BuildScript): Promise<Build>;
  /** Begins a build and leaves it running. */
  begin(script: BuildScript): Promise<Build>;
  /** Every request from now on goes by this, in order of arrival from 1. */
  fault(choose: (call: FaultCall & { nth: number }) => Fault | undefined): void;
  /** The operations asked for since the last `fault`, in order. */
  calls(): string[];
  put(input: Omit<PutObjectCommandInput, 'Bucket'>): Promise<string | undefined>;
  /** Packages by key and version, the files of checksums beside them, and unfinished uploads. */
  bucketState(): Promise<{
    versions: string[];
    checksums: string[];
    uploads: string[];
    deleteMarkers: number;
  }>;
  tempFolders(): Promise<string[]>;
  /** Cleans up what runs of this process left to be finished; answers with how many there were. */
  cleanUp(): Promise<number>;
  close(): Promise<void>;
};

/** @param runBuild what builds do instead of leaving what a test says. */
export async function startShipBench(runBuild?: (clock: QuickClock) => RunBuild): Promise<ShipBench> {
  const clock = createQuickClock(Date.UTC(2026, 10, 20, 10, 30));
  let script: BuildScript = leaving({});
  let choose: Parameters<ShipBench['fault']>[0] = () => undefined;
  let calls: string[] = [];
  const sandbox = await startTestSandbox({
    clock,
    runBuild: runBuild?.(clock) ?? scriptedBuilds(clock, () => script),
    faults: (call) => {
      calls.push(call.operation);
      return choose({ ...call, nth: calls.length });
    },
  });
  const { endpoint, credentials } = sandbox.info;
  const random = () => 0;
  const aws = createAwsClients({ clock, random, version: 'test', endpointUrl: endpoint, credentials });
  const builds = createBuilds({ aws, region, clock, random });
  const tempDir = await mkdtemp(join(tmpdir(), 'ccwb-ship-test-'));
  const ledgerDir = `${tempDir}-ledger`;
  const deployment: Deployment = {
    profile: {
      name: 'sandbox',
      awsRegion: region,
      identityPoolName: 'claude-code-auth',
      stackNames: {},
      extraFiles: [],
      providerDomain: 'login.example.com',
      clientId: 'client',
    },
    buildRegion: region,
    region,
    projects: [project],
    buildBucket: bucket,
    distributionBucket: bucket,
    parameterName: '/claude-code/claude-code-auth/distribution/latest',
    identityPoolId: 'us-east-1:pool',
  };
  let ids = 0;
  const deps: DistributionsDeps = {
    aws,
    deployment,
    builds,
    clock,
    tempDir,
    ledgerDir,
    identity: { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/alice', userId: 'A' },
    place: 'sandbox',
    newId: () => {
      ids += 1;
      return `run-${ids}`;
    },
    processes: { pid: process.pid, alive: () => true },
  };
  const uncut = new AbortController().signal;
  const s3 = () => aws.s3(region);

  const begin = async (next: BuildScript): Promise<Build> => {
    script = next;
    // Builds of the same second could not be told apart by their start.
    clock.advance(60_000);
    ids += 1;
    return builds.start(project, `token-${ids}`, uncut);
  };
  return {
    clock,
    sandbox,
    aws,
    bucket,
    deployment,
    tempDir,
    ledgerDir,
    distributions: createDistributions(deps),
    withDeps: (change) => createDistributions({ ...deps, ...change }),
    begin,
    async build(next) {
      const { id } = await begin(next);
      while (sandbox.sandbox.running() > 0) await turn();
      clock.advance(600_000);
      return builds.get(id, uncut);
    },
    fault(next) {
      calls = [];
      choose = next;
    },
    calls: () => [...calls],
    async put(input) {
      const answer = await (await s3()).send(new PutObjectCommand({ Bucket: bucket, ...input }));
      return answer.VersionId;
    },
    async bucketState() {
      const of = { Bucket: bucket, Prefix: 'packages/' };
      const versions = await (await s3()).send(new ListObjectVersionsCommand(of));
      const uploads = await (await s3()).send(new ListMultipartUploadsCommand(of));
      const found = (versions.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`);
      const isBeside = (one: string) => one.includes('/checksums.txt ');
      return {
        versions: found.filter((one) => !isBeside(one)),
        checksums: found.filter(isBeside),
        uploads: (uploads.Uploads ?? []).map(({ Key }) => `${Key}`),
        deleteMarkers: (versions.DeleteMarkers ?? []).length,
      };
    },
    tempFolders: () => readdir(tempDir),
    async cleanUp() {
      const service = createDistributions(deps);
      const left = await service.leftovers(uncut);
      for (const { id } of left) await service.cleanUp(id, uncut);
      return left.length;
    },
    async close() {
      aws.close();
      await sandbox.close();
      await rm(tempDir, { recursive: true, force: true });
      await rm(ledgerDir, { recursive: true, force: true });
    },
  };
}

type Ended = { events: DistributionEvent[]; error: unknown; distribution: Distribution | undefined };

/** Reads a run to its end; what it throws goes into `error`. */
export async function toItsEnd(
  run: AsyncIterable<DistributionEvent>,
  onEvent?: (event: DistributionEvent) => void,
): Promise<Ended> {
  const events: DistributionEvent[] = [];
  let error: unknown;
  try {
    for await (const event of run) {
      events.push(event);
      onEvent?.(event);
    }
  } catch (thrown) {
    error = thrown;
  }
  const done = events.find((event) => event.kind === 'done');
  return { events, error, distribution: done?.distribution };
}

/** Runs a distribution to its end. */
export function shipped(
  service: DistributionsService,
  options: Partial<DistributionOptions> = {},
  watch: { signal?: AbortSignal; onEvent?: (event: DistributionEvent) => void } = {},
): Promise<Ended> {
  const signal = watch.signal ?? new AbortController().signal;
  return toItsEnd(service.make({ expiresHours: 48, ...options }, signal), watch.onEvent);
}

/** Finishes what a run left; that must succeed. */
export async function resumed(
  service: DistributionsService,
  id: string,
): Promise<{ events: DistributionEvent[]; distribution: Distribution }> {
  return succeeded(await toItsEnd(service.resume(id, {}, new AbortController().signal)));
}

function succeeded({ events, error, distribution }: Ended) {
  if (error !== undefined) throw error;
  if (!distribution) throw new Error('no distribution was made');
  return { events, distribution };
}

/** The same for one that must succeed. */
export async function ship(
  service: DistributionsService,
  options: Partial<DistributionOptions> = {},
): Promise<{ events: DistributionEvent[]; distribution: Distribution }> {
  return succeeded(await shipped(service, options));
}

/** What the run said of itself, and at last of its cancel. */
export function notes(events: readonly DistributionEvent[]): string {
  return events
    .flatMap((event) => (event.kind === 'note' || event.kind === 'cancelled' ? [event.text] : []))
    .join('\n');
}
