import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildStatus, PhaseContext } from '../../domain/build.ts';
import type { RunEvent } from '../../runner/types.ts';
import { type BuildLog, createBuildLog } from './build-log.ts';
import { type PinnedSource, unpackSource } from './build-source.ts';
import type { BuildContext } from './context.ts';
import { faultCut, type LiveBuild, messageOf } from './live-build.ts';
import { projectTimeoutMinutes } from './project.ts';
import { beginPhase, type EndStatus, endBuild, endPhase } from './record.ts';
import { reservedVariables } from './reserved-variables.ts';

type Ended = Extract<RunEvent, { kind: 'ended' }>;

/**
 * Takes a build that has its slot from PROVISIONING to COMPLETED: what its commands do is the runner's, what stands
 * around them is done here. Never rejects; however the build is cut short, it ends.
 */
export async function runToEnd(live: LiveBuild, context: BuildContext, source: PinnedSource): Promise<void> {
  const workDir = join(context.workDir, live.uuid);
  const logPlace = { group: context.project.logGroup, stream: live.uuid };
  const log = createBuildLog(context, logPlace, live);
  let status: EndStatus = 'FAULT';
  try {
    status = await work(live, context, log, workDir, source);
  } catch (error) {
    if (!live.signal.aborted) live.cutShort(faultCut(messageOf(error)));
  }
  await log.settle();
  finish(live, context, log.failed() ? 'FAULT' : status);
  await rm(workDir, { recursive: true, force: true, maxRetries: 3 }).catch(() => {
    // A process that got away may still write there; the next start of the sandbox tries again.
  });
}

/** Ends the record. A cut that came after the build's success changes nothing any more. */
export function finish(
  live: LiveBuild,
  context: Pick<BuildContext, 'book' | 'clock'>,
  status: EndStatus,
): void {
  const { book, clock } = context;
  const cut = status === 'SUCCEEDED' ? undefined : live.cut();
  const end = cut?.status ?? status;
  if (end === 'SUCCEEDED' || end === 'FAILED') {
    book.update(live.uuid, (record) => beginPhase(record, 'FINALIZING', clock.now()));
    book.update(live.uuid, (record) => endPhase(record, 'FINALIZING', 'SUCCEEDED', clock.now(), []));
  }
  book.update(live.uuid, (record) => endBuild(record, end, clock.now(), cut?.contexts));
}

async function work(
  live: LiveBuild,
  context: BuildContext,
  log: BuildLog,
  workDir: string,
  source: PinnedSource,
): Promise<EndStatus> {
  const { book, clock, project, logs } = context;
  const begunAt = clock.now();
  const places = { sourceDir: join(workDir, 'src'), scratchDir: join(workDir, 'scratch') };
  // The stream is named first and there a little later, as on AWS.
  book.update(live.uuid, (record) => ({
    ...beginPhase(record, 'PROVISIONING', begunAt),
    log: { group: project.logGroup, stream: live.uuid },
  }));
  for (const dir of Object.values(places)) await mkdir(dir, { recursive: true, mode: 0o700 });
  logs.createStream(project.logGroup, live.uuid);
  await log.container('Waiting for DOWNLOAD_SOURCE');

  book.update(live.uuid, (record) => beginPhase(record, 'DOWNLOAD_SOURCE', clock.now()));
  const problem = await download(source, places, live.signal);
  if (problem !== undefined) {
    await endFailed(live, context, log, 'DOWNLOAD_SOURCE', problem);
    return 'FAILED';
  }

  const run = recordRun(live, context, log);
  const record = book.get(live.uuid);
  if (record === undefined) throw new Error('The build is gone.');
  const { wishes } = record;
  const timeoutMs = (wishes.timeoutMinutes ?? projectTimeoutMinutes) * 60_000 - (clock.now() - begunAt);
  await context.runBuild(
    {
      ...places,
      ...(wishes.buildspec === undefined ? {} : { buildspec: wishes.buildspec }),
      variables: Object.fromEntries(wishes.variables.map(({ name, value }) => [name, value])),
      reserved: reservedVariables(record, context),
      timeoutMs,
    },
    run.emit,
    live.signal,
  );
  const { ended, upload } = run.result();
  if (ended === undefined) throw new Error('The runner ended without a result.');
  if (upload === undefined) return endStatus(ended.status);
  const failure = await store(live, context, ended);
  if (failure === undefined) {
    book.update(live.uuid, (one) =>
      endPhase(one, 'UPLOAD_ARTIFACTS', 'SUCCEEDED', clock.now(), upload.contexts),
    );
    return endStatus(ended.status);
  }
  await endFailed(live, context, log, 'UPLOAD_ARTIFACTS', failure);
  return 'FAILED';
}

/** Why there is no source; undefined where it lies in its folder. Throws where aborted. */
async function download(
  source: PinnedSource,
  places: { sourceDir: string; scratchDir: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  if ('problem' in source) return source.problem;
  try {
    await unpackSource(source.object, places, signal);
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}

/** Follows what the runner says into the record and the log. */
function recordRun(
  live: LiveBuild,
  { book }: BuildContext,
  log: BuildLog,
): {
  emit: (event: RunEvent) => void | Promise<void>;
  result: () => { ended?: Ended; upload?: { contexts: PhaseContext[] } };
} {
  const result: ReturnType<ReturnType<typeof recordRun>['result']> = {};
  return {
    result: () => result,
    emit(event) {
      switch (event.kind) {
        case 'log':
          return log.lines(event.at, event.lines);
        case 'phase-started':
          book.update(live.uuid, (record) => beginPhase(record, event.phase, event.at));
          return;
        case 'phase-ended':
          // The runner has made the zip; the phase lasts until it lies in the bucket.
          if (event.phase === 'UPLOAD_ARTIFACTS' && event.status === 'SUCCEEDED') result.upload = event;
          else {
            // The runner knows that it was stopped, not why.
            const end = (event.status === 'STOPPED' ? live.cut() : undefined) ?? event;
            book.update(live.uuid, (record) =>
              endPhase(record, event.phase, endStatus(end.status), event.at, end.contexts),
            );
          }
          return;
        case 'ended':
          result.ended = event;
      }
    },
  };
}

/** Puts the zip into the bucket. Answers with what went wrong. */
async function store(live: LiveBuild, context: BuildContext, ended: Ended): Promise<string | undefined> {
  const { artifact } = ended;
  if (artifact === undefined) return undefined;
  const { bucket, key } = context.project.artifact;
  try {
    await context.objects.putFile(bucket, key, artifact.path, { contentType: 'application/zip' });
  } catch (error) {
    return `Error in UPLOAD_ARTIFACTS phase: ${messageOf(error)}`;
  }
  const { sha256, md5 } = artifact;
  context.book.update(live.uuid, (record) => ({ ...record, artifact: { sha256, md5 } }));
}

async function endFailed(
  live: LiveBuild,
  { book, clock }: BuildContext,
  log: BuildLog,
  phase: string,
  message: string,
): Promise<void> {
  const contexts = [{ code: 'CLIENT_ERROR', message }];
  await log.phaseEnd(phase, 'FAILED', contexts);
  book.update(live.uuid, (record) => endPhase(record, phase, 'FAILED', clock.now(), contexts));
}

/** The runner's word for an end; one that is none is its fault. */
function endStatus(status: BuildStatus): EndStatus {
  return status === 'IN_PROGRESS' || status === 'UNKNOWN' ? 'FAULT' : status;
}
