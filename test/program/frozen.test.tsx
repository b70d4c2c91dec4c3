import { afterEach, describe, expect, it } from 'vitest';
import { steadyBuild } from './support/scripts.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world.close());

const starts = () => world.calls.filter(({ operation }) => operation === 'StartBuild').length;

describe('an endpoint that takes calls and does not answer', () => {
  it('leaves the last good list with its age, names the silence and its beginning, and is forgotten once over', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    await world.press('b');
    await world.see('In progress', 'linux-x64');
    const before = world.time();
    const thaw = world.freeze();
    const text = await world.seeTrouble('no answer in time', 'running and reachable?');
    const since = /since ([\d:]+)/.exec(text)?.[1] ?? '';
    expect(since >= before && since < world.time()).toBe(true);
    await world.pass(20_000);
    const later = await world.see('In progress', /updated \d\d s ago/, `since ${since}`);
    // What is not known does not go on: the time stands where it was last known.
    expect(/In progress .* (\d+s|\dm\d\ds) /.exec(later)?.[1]).toBe(
      /In progress .* (\d+s|\dm\d\ds) /.exec(text)?.[1],
    );
    await world.press('?');
    await world.see('start a build');
    await world.press('\x1b');
    await world.see('In progress');
    thaw();
    await world.see('● live');
    expect(world.terminal.text()).not.toContain('since');
  });

  it('leaves the open build running as it was known, and its log goes on without a gap', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    await world.press('b');
    await world.see('has started');
    await world.press('\r');
    await world.see('step 5 of');
    const thaw = world.freeze();
    await world.seeTrouble('no answer in time', 'step 5 of', '◐ In progress');
    await world.press('k');
    await world.see('PAUSED');
    await world.press('f');
    await world.see('following', '◐ In progress');
    await world.pass(20_000);
    await world.seeTrouble('◐ In progress', /last \d\ds ago/);
    thaw();
    await world.see('● live', /step \d\d of/, '0 gaps');
    await world.see('✓ Succeeded', '─ complete ─', '0 gaps', 'step 30 of');
  });

  it('is named while the account is being opened', async () => {
    world = await openWorld({ frozen: true });
    await world.see('Connecting to the sandbox');
    await world.seeTrouble('no answer in time', 'Not connected. It is tried again by itself');
    await world.press('?');
    await world.see('Screens', 'esc close');
    await world.press('\x1b');
    world.thaw();
    await world.see('No builds yet', '● live');
  });

  it('never makes two builds of one wish', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    const thaw = world.freeze();
    await world.press('b');
    await world.pass(1_000);
    await world.press('q');
    await world.see('Starting a build of claude-code-auth-linux-x64-build, again to stop and leave');
    // Past the first try's patience: the second one bears the same token.
    await world.pass(15_000);
    expect(starts()).toBe(2);
    thaw();
    await world.see('has started');
    await world.see('1 build');
    expect(world.terminal.text()).not.toContain('2 builds');
  });

  it('is named while a package is being made, which then is made whole', async () => {
    world = await openWorld({ script: steadyBuild(2) });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('✓ Succeeded');
    const thaw = world.freeze('ListObjectVersions');
    await world.press('d');
    await world.seeTrouble(
      'Listing the versions of',
      'no answer in time',
      'running and reachable?',
      'COLLECT',
    );
    await world.press('\x03');
    await world.see('A package is being made, again to stop and leave');
    await world.press('1');
    await world.see('● live', '✓ Succeeded');
    await world.press('d');
    await world.seeTrouble('no answer in time');
    thaw();
    await world.see('Made and recorded', '● live');
  });

  it('is named while a package is on its way, before the line itself gives up', async () => {
    world = await openWorld({ script: steadyBuild(2) });
    await world.see('No builds yet');
    await world.press('b');
    await world.see('✓ Succeeded');
    const thaw = world.freeze('PutObject');
    await world.press('d');
    await world.seeTrouble('UPLOAD: no answer has come yet', 'esc cancels', '100%');
    thaw();
    await world.see('Made and recorded', '● live');
  });

  it('is named on the packages, which stay as they were read', async () => {
    world = await openWorld();
    await world.see('No builds yet');
    await world.press('2');
    await world.see('No package was made yet');
    const thaw = world.freeze();
    await world.seeTrouble('no answer in time', 'No package was made yet');
    await world.press('1');
    await world.see('No builds yet');
    await world.press('2');
    thaw();
    await world.see('● live', 'No package was made yet');
  });
});
