import { afterEach, describe, expect, it } from 'vitest';
import { steadyBuild } from './support/scripts.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

describe('a sandbox that ends under the program', () => {
  it('is started again; the build it ran is a fault that says why', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.see('step 5 of');
    await world.stopSandbox();
    await world.see('The sandbox had ended; it was started again');
    await world.see(
      '● live',
      '✗ Fault',
      'The sandbox was stopped while this build ran',
      'step 5 of',
      '─ complete ─',
    );
    await world.press('r');
    await world.see('◐ In progress', 'step 5 of');
    await world.see('✓ Succeeded', 'step 30 of');
  });

  it('keeps the links it gave', async () => {
    world = await openWorld({ script: steadyBuild(2) });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('✓ Succeeded');
    await world.press('d');
    await world.see('Made and recorded');
    await world.press('u');
    const [shown = ''] = world.terminal.shownRaw;
    const url = /http:\S+/.exec(shown)?.[0] ?? '';
    await world.stopSandbox();
    await world.press('1');
    await world.see('The sandbox had ended; it was started again');
    expect((await fetch(url)).status).toBe(200);
    await world.press('2');
    await world.see('● live', '1 package', 'valid');
  });
});
