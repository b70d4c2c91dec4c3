import { afterEach, describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

const page =
  (status: number, headers: Record<string, string> = {}): FaultHook =>
  ({ service }) =>
    service === 'ccwb-sandbox'
      ? undefined
      : {
          kind: 'answer',
          status,
          headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
          body: '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to the hotel</body></html>',
        };

describe.each([
  ['the page of a captive portal', page(200), /HTTP 200/],
  ['its redirection', page(302, { location: 'http://portal.example/' }), /HTTP 302/],
  ['the page of a proxy', page(502), /HTTP 502/],
])('%s in the place of AWS', (_, faults, status) => {
  it('is told from an answer everywhere, and from nothing being there', async () => {
    world = await openWorld({ place: 'aws', faults });
    await world.seeTrouble('something other than AWS answered', status, 'captive portal', 'Not connected');
    world.setFaults();
    await world.see('● live', 'No builds yet', '…9012');
    await world.press('b');
    await world.see('Build claude-code-auth-linux-x64-build?');
    await world.press('\r');
    await world.see('✓ Succeeded');
    await world.press('d');
    await world.see('Made and recorded');
    await world.press('2');
    await world.see('1 package', 'valid');

    world.setFaults(faults);
    await world.seeTrouble('something other than AWS answered', status, '1 package', 'valid');
    await world.press('1');
    await world.seeTrouble('something other than AWS answered', status, '✓ Succeeded', /updated \d+ (s|min)/);
    await world.press('\r');
    await world.seeTrouble('something other than AWS answered', status, '✓ Succeeded');
    world.setFaults();
    await world.see('● live', '─ complete ─', 'step 30 of');
    await world.press('2');
    await world.see('● live', '1 package', 'valid');
    expect(world.terminal.text()).not.toMatch(/Failed|Fault|no log/);
  });
});
