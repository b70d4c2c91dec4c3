import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { SandboxInfo } from '../domain/ports/sandbox.ts';
import type { RunBuild } from '../runner/types.ts';
import { sandboxAccount, sourceKey } from './account.ts';
import { openAccount, writeAccountState } from './account-files.ts';
import { createCloudFormation } from './cloudformation.ts';
import { createCodeBuild } from './codebuild/codebuild.ts';
import { createControlService, infoOf, type SandboxStatus } from './daemon/control-service.ts';
import { busyness, untilIdle } from './daemon/idle.ts';
import { daemonFile, lockFile, sandboxDir } from './daemon/places.ts';
import { acquireLock, type ProcessLock } from './daemon/process-lock.ts';
import { proveRoute } from './daemon/proof.ts';
import { loadSecret, type SandboxSecret } from './daemon/secret.ts';
import { openDistributor } from './distributor.ts';
import type { FaultHook } from './faults.ts';
import type { Front } from './front/front.ts';
import { openFront } from './front/open-front.ts';
import { queryOf } from './front/request-head.ts';
import { createLogs } from './logs/logs.ts';
import { createS3 } from './s3/create-s3.ts';
import { createSecretsManager } from './secrets-manager.ts';
import { checkSource, isClientsSource, publishSource } from './source.ts';
import { createSsm } from './ssm.ts';
import { createSts } from './sts.ts';
import { writeFileAtomic } from './write-file.ts';

export type SandboxOptions = {
  /** The program's data folder; the sandbox keeps its own in `sandbox` below it. */
  dataDir: string;
  clock: Clock;
  platform: NodeJS.Platform;
  arch: string;
  /** The program's version: an older sandbox is replaced by a newer program. */
  version: string;
  runBuild: RunBuild;
  /** Folder of the sample project. */
  sampleDir: string;
  /** Absent: where it listened last, else any; 0: any, not remembered. */
  port?: number;
  /** Folder that builds take their source from; null for the sample project, absent to leave it as it is. */
  source?: string | null;
  /** Ends itself after so long without a request or a build; absent: never. */
  idleMs?: number;
  /** For tests alone. */
  faults?: FaultHook;
  /** For tests alone, whose clock is not that of the client: how far a signature's time may be off. */
  maxSkewMs?: number;
  newId?: () => string;
  log?: (line: string) => void;
};

export type RunningSandbox = {
  info: SandboxInfo;
  /** Builds that run now. */
  running(): number;
  /** Resolves when it has ended, by whatever cause. */
  ended: Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts the sandbox in this process and serves until {@link RunningSandbox.close}, a stop request or idleness.
 * @throws AppError `conflict` where another process serves the same data or the asked port is taken, `not-found`
 * where the source folder is missing.
 */
export async function createSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  if (typeof options.source === 'string') await checkSource(options.source);
  const dir = sandboxDir(options.dataDir);
  const secret = await loadSecret(dir);
  const attempt = await acquireLock(lockFile(dir));
  if (attempt.kind === 'held') {
    throw new AppError({
      kind: 'conflict',
      message: `A sandbox is already running (process ${attempt.holder.pid}).`,
      hint: 'Use it, or end it with: ccwb-tui sandbox stop',
    });
  }
  try {
    return await serve(options, dir, secret, attempt.lock);
  } catch (error) {
    await attempt.lock.release();
    throw error;
  }
}

async function serve(
  options: SandboxOptions,
  dir: string,
  secret: SandboxSecret,
  lock: ProcessLock,
): Promise<RunningSandbox> {
  const { clock } = options;
  const log = options.log ?? (() => {});
  const account = sandboxAccount({ dir, platform: options.platform, arch: options.arch });
  let state = await openAccount(account, dir, options.source, clock.now());
  // Left behind by a crash; nothing of it is anybody's.
  await rm(join(dir, 'tmp'), { recursive: true, force: true });

  const stopping = new AbortController();
  const s3 = await createS3({ dir: await folder(dir, 's3'), clock, account });
  const ssm = await createSsm({ dir, clock, account });
  const distributor = await openDistributor({ dir, clock, account });
  const logs = await createLogs({ dir: await folder(dir, 'logs'), clock, account });
  const bucket = { dir, account, objects: s3.objects };
  const publish = async (signal: AbortSignal) => {
    // The sample is only for who brings nothing.
    if (state.source === null && (await isClientsSource(bucket))) return;
    const either = AbortSignal.any([signal, stopping.signal]);
    await publishSource(state.source ?? options.sampleDir, bucket, either);
  };
  // Before the first build the bucket answers what it would be made from.
  if ((await s3.objects.get(account.bucket, sourceKey)) === undefined) {
    await publish(stopping.signal).catch((error: unknown) => log(`source: ${String(error)}`));
  }
  const codebuild = await createCodeBuild({
    dir: await folder(dir, 'builds'),
    clock,
    account,
    objects: s3.objects,
    logs: logs.store,
    runBuild: options.runBuild,
    prepareSource: publish,
    createdAt: state.createdAt,
    ...(options.newId ? { newId: options.newId } : {}),
  });

  let front: Front | undefined;
  let notice: string | undefined;
  const status = (): SandboxStatus => ({
    version: options.version,
    pid: process.pid,
    port: front?.port ?? 0,
    region: account.region,
    home: account.home,
    dataDir: dir,
    source: state.source,
    running: codebuild.running(),
    ...(notice === undefined ? {} : { notice }),
  });
  const setSource = async (source: string | null) => {
    if (source !== null) await checkSource(source);
    if (source === state.source) return;
    state = { ...state, source };
    await writeAccountState(dir, state);
  };
  const opened = await openFront({
    dir,
    secret,
    distributor: distributor.keys,
    clock,
    account,
    port: options.port,
    services: {
      codebuild: codebuild.service,
      logs: logs.service,
      ssm: ssm.service,
      secretsmanager: createSecretsManager(distributor),
      s3: s3.service,
      sts: createSts(account),
      cloudformation: createCloudFormation(account, state.createdAt, distributor),
      'ccwb-sandbox': createControlService({ status, setSource, stop: () => setImmediate(close) }),
    },
    servesUnsigned: (head, peer) => s3.servesUnsigned({ ...head, query: queryOf(head) }, peer),
    open: proveRoute(secret.secretAccessKey, () => front?.port ?? 0),
    log,
    ...(options.faults ? { faults: options.faults } : {}),
    ...(options.maxSkewMs === undefined ? {} : { maxSkewMs: options.maxSkewMs }),
  }).catch(async (error: unknown) => {
    await codebuild.close();
    await logs.close();
    throw error;
  });
  front = opened.front;
  notice = opened.notice;

  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let closing: Promise<void> | undefined;
  const shut = async () => {
    stopping.abort();
    await opened.front.close();
    await codebuild.close();
    await logs.close();
    await rm(daemonFile(dir), { force: true });
    await lock.release();
    end();
  };
  function close(): Promise<void> {
    closing ??= shut();
    return closing;
  }

  await writeFileAtomic(
    daemonFile(dir),
    `${JSON.stringify({ pid: process.pid, port: opened.front.port, startedAt: clock.now() })}\n`,
  );
  if (options.idleMs !== undefined) {
    const busy = busyness(opened.front.activity, codebuild.running);
    untilIdle(busy, options.idleMs, clock, stopping.signal).then(
      () => {
        log('idle: the sandbox ends');
        void close();
      },
      () => {
        // Aborted: it is ending already.
      },
    );
  }
  log(`serving on 127.0.0.1:${opened.front.port}`);
  return {
    get info() {
      return infoOf(status(), secret);
    },
    running: codebuild.running,
    ended,
    close,
  };
}

async function folder(dir: string, name: string): Promise<string> {
  const path = join(dir, name);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}
