/** Counts the calls a minute of the whole program on a sandbox, in a time of its own; sends a {@link CallCounts}. */
import type { FaultHook } from '../../../src/sandbox/faults.ts';
import { steadyBuild } from '../../../test/program/support/scripts.ts';
import { openWorld, start, type World } from '../../../test/program/support/world.ts';

export type CallCounts = { idle: number; followed: number; fiftyRunning: number };

const minute = 60_000;
const project = 'claude-code-auth-linux-x64-build';
const ids = Array.from({ length: 50 }, (_, index) => `${project}:${`${index}`.padStart(8, '0')}`);

/** Fifty builds of one project that never end; the sandbox itself runs fewer at a time. */
const fifty: FaultHook = ({ operation }) => {
  if (operation === 'ListBuildsForProject') return { kind: 'transform', json: () => ({ ids }) };
  if (operation !== 'BatchGetBuilds') return undefined;
  const running = (id: unknown) => ({
    id,
    projectName: project,
    buildStatus: 'IN_PROGRESS',
    currentPhase: 'BUILD',
    startTime: start / 1000,
  });
  return {
    kind: 'transform',
    json: (answer: Record<string, unknown>) => ({
      builds: (answer.buildsNotFound as unknown[]).map(running),
    }),
  };
};

async function perMinute(world: World, minutes: number): Promise<number> {
  const before = world.calls.length;
  await world.pass(minutes * minute);
  return (world.calls.length - before) / minutes;
}

async function within<T>(options: Parameters<typeof openWorld>[0], count: (world: World) => Promise<T>) {
  const world = await openWorld(options);
  try {
    return await count(world);
  } finally {
    await world.close();
  }
}

const counts: CallCounts = {
  idle: await within({ script: steadyBuild(5) }, async (world) => {
    await world.see('No builds yet');
    await world.press('b');
    await world.see('✓ Succeeded');
    await world.pass(minute);
    return perMinute(world, 20);
  }),
  followed: await within({ script: steadyBuild(600) }, async (world) => {
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.see('step 5 of');
    return perMinute(world, 2);
  }),
  fiftyRunning: await within({ faults: fifty }, async (world) => {
    await world.see('50 builds', 'In progress');
    await world.pass(minute);
    return perMinute(world, 3);
  }),
};
process.send?.(counts, () => process.exit(0));
