import { afterEach, describe, it } from 'vitest';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

/** What CloudWatch says of a stream that was never written or has been deleted. */
const noStream: FaultHook = ({ operation }) =>
  operation === 'GetLogEvents'
    ? {
        kind: 'error',
        code: 'ResourceNotFoundException',
        status: 400,
        message: 'The specified log stream does not exist.',
      }
    : undefined;

describe('a log', () => {
  it('that never appears is waited for, and said to be missing once the build is over', async () => {
    world = await openWorld({ faults: noStream });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.see('waiting: the log has not begun', '◐ In progress', '● live');
    await world.see('✓ Succeeded', 'no log: it has expired, or none was written', '● live');
  });

  it('that appears late is read from its beginning', async () => {
    world = await openWorld({ faults: noStream });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.see('waiting: the log has not begun', '◐ In progress');
    world.setFaults();
    await world.see('step 10 of');
    await world.press('g');
    await world.see('Waiting for DOWNLOAD_SOURCE', 'step 1 of');
    await world.press('f');
    await world.see('─ complete ─', '0 gaps', 'step 30 of');
  });

  it('that is deleted leaves what was read of it, and says that it is gone', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.see('step 10 of');
    world.setFaults(noStream);
    await world.see('the log is gone', 'step 10 of', '◐ In progress');
    await world.see('deleted while it was read', 'step 10 of', '✓ Succeeded', '● live');
  });
});
