import { afterEach, describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

const expired: FaultHook = ({ service }) =>
  service === 'ccwb-sandbox'
    ? undefined
    : { kind: 'error', code: 'ExpiredTokenException', status: 400, message: 'The security token is expired' };

describe('credentials that expire', () => {
  it('are named with the way back in, and the screen goes on by itself after a sign-in', async () => {
    world = await openWorld({ place: 'aws' });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('Build claude-code-auth-linux-x64-build?');
    await world.press('\r');
    await world.see('has started');
    await world.press('\r');
    await world.see('step 5 of');
    world.setFaults(expired);
    await world.seeTrouble('the AWS credentials have expired', 'aws sso login', '◐ In progress', 'step 5 of');
    await world.press('q');
    await world.seeTrouble('the AWS credentials have expired', 'aws sso login', 'In progress');
    await world.press('2');
    await world.seeTrouble('the AWS credentials have expired', 'aws sso login');
    await world.press('1');
    await world.signIn();
    world.setFaults();
    await world.see('● live', 'In progress');
    await world.press('\r');
    await world.see('✓ Succeeded', '0 gaps', 'step 30 of');
  });

  it('are named where the program starts with them', async () => {
    world = await openWorld({ place: 'aws', faults: expired });
    await world.seeTrouble('the AWS credentials have expired', 'aws sso login', 'Not connected');
    await world.signIn();
    world.setFaults();
    await world.see('● live', 'No builds yet');
    expect(world.terminal.text()).toContain('…9012');
  });
});
