import { afterEach, describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { steadyBuild } from './support/scripts.ts';
import { openWorld, start, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

/** Calls a minute of all kinds, over some minutes. */
async function callsAMinute(minutes: number): Promise<number> {
  const before = world.calls.length;
  await world.pass(minutes * 60_000);
  return (world.calls.length - before) / minutes;
}

const project = 'claude-code-auth-linux-x64-build';
const ids = Array.from({ length: 50 }, (_, index) => `${project}:${`${index}`.padStart(8, '0')}`);

/** An account of fifty builds that never end; the sandbox itself runs fewer at a time. */
const fiftyRunning: FaultHook = ({ operation }) => {
  if (operation === 'ListBuildsForProject') return { kind: 'transform', json: () => ({ ids }) };
  if (operation !== 'BatchGetBuilds') return undefined;
  const running = (id: unknown) => ({
    id,
    projectName: project,
    buildStatus: 'IN_PROGRESS',
    currentPhase: 'BUILD',
    startTime: start / 1000,
  });
  const json = (answer: Record<string, unknown>) => ({
    builds: (answer.buildsNotFound as unknown[]).map(running),
  });
  return { kind: 'transform', json };
};

describe('calls to AWS a minute, with the shortest pauses', () => {
  it('are at most two for a list where nothing runs', async () => {
    world = await openWorld({ script: steadyBuild(5) });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('✓ Succeeded');
    await world.pass(60_000);
    expect(await callsAMinute(20)).toBeLessThanOrEqual(2);
  });

  it('are at most 75 for one running build with its log open', async () => {
    world = await openWorld({ script: steadyBuild(600) });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.see('step 5 of');
    expect(await callsAMinute(2)).toBeLessThanOrEqual(75);
  });

  it('are at most 15 for a list of 50 running builds', async () => {
    world = await openWorld({ faults: fiftyRunning });
    await world.see('50 builds', 'In progress');
    await world.pass(60_000);
    expect(await callsAMinute(3)).toBeLessThanOrEqual(15);
  });
});
