import { afterEach, describe, expect, it } from 'vitest';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

describe('an account where every second call is throttled', () => {
  it('is opened, built on, followed and shipped from, and says what slows it down', async () => {
    let calls = 0;
    world = await openWorld({
      faults: ({ service }) => {
        if (service === 'ccwb-sandbox') return undefined;
        calls += 1;
        return calls % 2 === 0 ? { kind: 'throttle' } : undefined;
      },
    });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('In progress');
    await world.press('\r');
    await world.see('step 5 of');
    await world.seeTrouble('AWS asks to slow down (throttled)', 'waits longer between tries by itself');
    await world.see('✓ Succeeded', '─ complete ─', '0 gaps', 'step 30 of');
    expect(world.terminal.text()).not.toContain('trouble');
    await world.press('d');
    await world.see('Made and recorded', 'Install with these commands');
    await world.press('2');
    await world.see('1 package', 'valid');
    expect(world.terminal.text()).not.toMatch(/Failed|Fault/);
  });
});
