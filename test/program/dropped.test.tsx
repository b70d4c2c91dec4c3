import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { steadyBuild } from './support/scripts.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

const cut =
  (when: 'before' | 'after', ...operations: string[]): FaultHook =>
  ({ operation }) =>
    operations.length === 0 || operations.includes(operation) ? { kind: 'drop', when } : undefined;

/** Builds that really run in the sandbox, whatever the screen says. */
const builds = async () =>
  (await readdir(join(world.sandbox.dir, 'sandbox/builds'))).filter((name) => name.endsWith('.json'));

describe('a connection that is cut', () => {
  it.each(['before', 'after'] as const)('%s the work never makes a build fail', async (when) => {
    world = await openWorld();
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.see('step 5 of');
    world.setFaults(cut(when));
    await world.seeTrouble('the connection was cut', 'running and reachable?', '◐ In progress', 'step 5 of');
    // The build has long succeeded by now; nobody can know.
    await world.pass(90_000);
    await world.seeTrouble('the connection was cut', '◐ In progress');
    expect(world.terminal.text()).not.toMatch(/Failed|Fault/);
    await world.press('q');
    await world.seeTrouble('the connection was cut', 'In progress', /updated \d+ (s|min) ago/);
    expect(world.terminal.text()).not.toMatch(/Failed|Fault/);
    world.setFaults();
    await world.see('● live', '✓ Succeeded');
    await world.press('\r');
    await world.see('─ complete ─', '0 gaps', 'step 30 of');
  });

  it('is waited out by a package under way', async () => {
    world = await openWorld({ script: steadyBuild(2) });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('✓ Succeeded');
    world.setFaults(cut('after'));
    await world.press('d');
    await world.seeTrouble('the connection was cut');
    await world.pass(10_000);
    world.setFaults();
    await world.see('Made and recorded', '● live');
    await world.press('2');
    await world.see('1 package', 'valid');
  });

  it('is gone through again with the same token where the answer to a start is lost', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    let lost = 0;
    world.setFaults(({ operation }) => {
      if (operation !== 'StartBuild' || lost === 3) return undefined;
      lost += 1;
      return { kind: 'drop', when: 'after' };
    });
    await world.press('b');
    await world.see('has started', 'In progress');
    await world.see('1 build ');
    expect(lost).toBe(3);
    expect(await builds()).toHaveLength(1);
  });

  it('makes no second build when starting is tried again by hand', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    world.setFaults(cut('after', 'StartBuild', 'ListBuildsForProject', 'BatchGetBuilds'));
    await world.press('b');
    await world.see('Whether the build has started is not known', 'Look at the list of builds');
    await world.press('b');
    await world.pass(1_000);
    world.setFaults();
    await world.see('● live', '1 build', 'In progress');
    await world.pass(40_000);
    expect(world.terminal.text()).toContain('1 build ');
    expect(await builds()).toHaveLength(1);
  });
});
