import { rm } from 'node:fs/promises';
import { AwsFailure } from '../http.ts';
import { createSourcePinner, type PinnedSource } from './build-source.ts';
import type { BuildContext } from './context.ts';
import { createLiveBuild, faultCut, type LiveBuild } from './live-build.ts';
import { queuedTimeoutMinutes } from './project.ts';
import { type BuildRecord, type BuildWishes, newRecord } from './record.ts';
import { finish, runToEnd } from './run-to-end.ts';
import { createSlots } from './slots.ts';

/** Builds that run at the same time; a machine that someone works at has no room for more. */
const concurrentBuilds = 2;

/** CodeBuild lets five times the running builds wait. */
const maxQueued = 5 * concurrentBuilds;

/** How long StopBuild waits for a build to end before it answers that it is still going. */
const stopPatienceMs = 8_000;

export type StartOptions = { wishes: BuildWishes; token?: NonNullable<BuildRecord['token']> };

/** Starts builds, stops them, and sees each to its end. */
export type Builder = {
  /** Resolves once the build is on disk; it queues and runs by itself. */
  start(options: StartOptions): Promise<BuildRecord>;
  /** Resolves once the build has ended, or is taking long to. Does nothing to one that has. */
  stop(uuid: string): Promise<void>;
  /** Builds that queue or run. */
  running(): number;
  /** Ends all builds as FAULT and waits for them. */
  close(): Promise<void>;
};

export function createBuilder(
  context: BuildContext,
  options: { newId: () => string; initiator: string; keepBuilds: number },
): Builder {
  const { book, clock, logs, project } = context;
  const slots = createSlots(concurrentBuilds);
  const pinSource = createSourcePinner(context);
  const live = new Map<string, { build: LiveBuild; done: Promise<void> }>();
  let closed = false;

  const prune = async (): Promise<void> => {
    const ended = book.all().filter(({ status }) => status !== undefined);
    for (const { uuid } of ended.slice(options.keepBuilds)) {
      await logs.remove(project.logGroup, uuid);
      await book.remove(uuid);
    }
  };

  const seeThrough = async (
    build: LiveBuild,
    wishes: BuildWishes,
    pinned: Promise<PinnedSource>,
  ): Promise<void> => {
    try {
      const source = await pinned;
      const release = await waitForSlot(build, wishes).catch(() => undefined);
      if (release === undefined) return finish(build, context, 'FAULT');
      try {
        await runToEnd(build, context, source);
      } finally {
        release();
      }
    } finally {
      await book.saved(build.uuid).catch(() => {
        // Its end is known until the sandbox ends; a full disk cannot be told anything.
      });
      await prune().catch(() => {
        // The next build's end tries again.
      });
      live.delete(build.uuid);
    }
  };

  const waitForSlot = async (build: LiveBuild, wishes: BuildWishes): Promise<() => void> => {
    if (slots.hasRoom()) return slots.take(build.signal);
    const entered = new AbortController();
    const limitMs = (wishes.queuedTimeoutMinutes ?? queuedTimeoutMinutes) * 60_000;
    clock.sleep(limitMs, entered.signal).then(
      () => {
        const contexts = [{ code: 'BUILD_TIMED_OUT', message: 'Build has timed out in the queue.' }];
        build.cutShort({ status: 'TIMED_OUT', contexts });
      },
      () => {},
    );
    return slots.take(build.signal).finally(() => entered.abort());
  };

  return {
    async start({ wishes, token }) {
      if (closed) throw new AwsFailure('ServiceUnavailableException', 'The sandbox is stopping.', 503);
      if (live.size >= concurrentBuilds + maxQueued) {
        const message = `Cannot have more than ${maxQueued} builds in queue for the account`;
        throw new AwsFailure('AccountLimitExceededException', message);
      }
      const record = newRecord({
        uuid: options.newId(),
        project: project.name,
        number: Math.max(0, ...book.all().map(({ number }) => number)) + 1,
        initiator: options.initiator,
        startedAt: clock.now(),
        wishes,
        ...(token ? { token } : {}),
      });
      const build = createLiveBuild(record.uuid);
      // In the book before the first await: a second request with the same token finds it. Its source is settled in
      // the order of the numbers, too.
      const saved = book.add(record);
      const source = pinSource(wishes.sourceVersion, build.signal);
      const begun = saved.then(() => seeThrough(build, wishes, source));
      live.set(record.uuid, { build, done: begun.catch(() => {}) });
      try {
        await saved;
      } catch (error) {
        live.delete(record.uuid);
        throw error;
      }
      return record;
    },
    async stop(uuid) {
      const found = live.get(uuid);
      if (found === undefined) return;
      found.build.cutShort({ status: 'STOPPED', contexts: [] });
      const waited = new AbortController();
      await Promise.race([found.done, clock.sleep(stopPatienceMs, waited.signal).catch(() => {})]);
      waited.abort();
    },
    running: () => live.size,
    async close() {
      closed = true;
      const all = [...live.values()];
      for (const { build } of all) build.cutShort(faultCut('The sandbox was stopped while this build ran.'));
      await Promise.all(all.map(({ done }) => done));
      await rm(context.workDir, { recursive: true, force: true }).catch(() => {});
    },
  };
}
