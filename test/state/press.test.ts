import { describe, expect, it } from 'vitest';
import type { Distribution, PackageEntry } from '../../src/domain/distribution.ts';
import { placeOf } from '../../src/state/bindings.ts';
import { pasted, press } from '../../src/state/press.ts';
import { sampleBuild } from '../support/sample-builds.ts';
import { accountOf, beginning, connected, hear, keyed, pressed, withBuilds } from '../support/states.ts';

const windows = 'claude-code-auth-windows-build';
const running = `${windows}:9f3c1a2b-1111-4222-8333-444455556666`;
const good = `${windows}:abc12345-1111-4222-8333-444455556666`;

function inSandbox(projects = [windows]) {
  const session = accountOf();
  return withBuilds(
    connected(beginning(), {
      connection: { ...session.connection, place: 'sandbox' },
      deployment: { ...session.deployment, projects },
    }),
  );
}

describe('starting', () => {
  it('starts at once in the sandbox', () => {
    expect(pressed(inSandbox(), 'b').effects).toEqual([{ effect: 'start', project: windows }]);
  });

  it('looks at source and cost first on AWS', () => {
    const state = withBuilds(
      connected(beginning(), {
        deployment: { ...accountOf().deployment, projects: [windows] },
      }),
    );
    expect(pressed(state, 'b').effects).toEqual([{ effect: 'prepare-start', project: windows }]);
  });

  it('asks which project where there are several, beginning with that of the marked build', () => {
    const state = keyed(withBuilds(), 'down', 'b');
    expect(placeOf(state)).toBe('picker');
    expect(pressed(state, 'enter').effects).toEqual([
      { effect: 'prepare-start', project: 'claude-code-auth-linux-x64-build' },
    ]);
    expect(pressed(state, 'up', 'up', 'enter').effects).toEqual([
      { effect: 'prepare-start', project: windows },
    ]);
    const left = pressed(state, 'esc');
    expect(left.effects).toEqual([]);
    expect(placeOf(left.state)).toBe('builds');
  });

  it('starts with Enter where that is the default of the question', () => {
    const asked = hear(withBuilds(), {
      type: 'overlay',
      overlay: {
        kind: 'question',
        text: 'Build it?',
        yes: 'start',
        default: 'yes',
        danger: false,
        onYes: { effect: 'start', project: windows },
      },
    });
    expect(pressed(asked, 'enter').effects).toEqual([{ effect: 'start', project: windows }]);
    expect(pressed(asked, 'n').effects).toEqual([]);
  });

  it('opens the new build when it was started from the screen of another one', () => {
    const opened = keyed(withBuilds(), 'down', 'down', 'down', 'enter');
    const build = sampleBuild({ uuid: 'a11ce000-1', status: 'IN_PROGRESS' });
    const next = hear(opened, { type: 'build-started', build });
    expect(next.route).toEqual({ screen: 'build', id: build.id, attempt: 1 });
    expect(keyed(next, 'q').route).toEqual({ screen: 'builds' });
  });
});

describe('stopping', () => {
  it('asks, and only y stops', () => {
    const asked = keyed(withBuilds(), 'x');
    expect(asked.overlay).toMatchObject({ kind: 'question', default: 'no', danger: true });
    for (const key of ['enter', 'n', 'esc', 'q']) {
      const left = pressed(asked, key);
      expect(left.effects, key).toEqual([]);
      expect(left.state.overlay, key).toBeUndefined();
    }
    expect(pressed(asked, 'y').effects).toEqual([{ effect: 'stop', id: running }]);
  });

  it('does nothing for keys that are no answer', () => {
    const asked = keyed(withBuilds(), 'x');
    for (const key of ['j', 'b', 'd', '1', 'Y']) expect(press(asked, key)).toEqual([]);
  });
});

describe('retrying', () => {
  it('asks with the cost on AWS, and starts at once in the sandbox', () => {
    const asked = keyed(withBuilds(), 'down', 'down', 'r');
    expect(asked.overlay).toMatchObject({ kind: 'question', default: 'yes' });
    expect(asked.overlay).toHaveProperty('text', 'Start build abc12345 (windows) again? ~$0.47.');
    expect(pressed(asked, 'enter').effects).toEqual([{ effect: 'retry', id: good }]);
    expect(pressed(keyed(inSandbox(), 'down', 'down'), 'r').effects).toEqual([{ effect: 'retry', id: good }]);
  });
});

describe('shipping', () => {
  it('packs the newest good builds for the newest good one, and that very build for an older one', () => {
    const newest = pressed(withBuilds(), 'down', 'down', 'd');
    expect(newest.effects).toEqual([{ effect: 'ship', expiresHours: 48 }]);
    expect(newest.state.route).toEqual({ screen: 'ship' });
    const older = pressed(withBuilds(), 'G', 'd');
    expect(older.effects).toEqual([
      { effect: 'ship', expiresHours: 48, buildId: `${windows}:0badcafe-1111-4222-8333-444455556666` },
    ]);
  });

  it('asks with D how long the link shall live, and takes only whole hours up to a week', () => {
    const asked = keyed(withBuilds(), 'down', 'down', 'D');
    expect(asked.overlay).toMatchObject({ kind: 'ship-form', field: 'hours', values: { hours: '48' } });
    for (const bad of ['0', '169', 'abc', '1e2', '1.5', '-1', '']) {
      const typed = pressed(keyed(asked, 'ctrl-u', ...bad), 'enter');
      expect(typed.effects, bad).toEqual([]);
      expect(typed.state.overlay, bad).toMatchObject({ kind: 'ship-form', field: 'hours', tried: true });
    }
    expect(pressed(keyed(asked, 'ctrl-u', '7', '2'), 'enter').effects).toEqual([
      { effect: 'ship', expiresHours: 72 },
    ]);
  });

  it('asks with D who may use the link and for a folder, and stays at what is wrong', () => {
    const asked = keyed(withBuilds(), 'down', 'down', 'D', 'tab', ...'10.0.0.5/8', 'down', ...'a b');
    const refused = pressed(asked, 'enter');
    expect(refused.effects).toEqual([]);
    expect(refused.state.overlay).toMatchObject({ field: 'addresses', tried: true });
    const mended = keyed(refused.state, 'ctrl-w', ...'10.0.0.0/8,', 'space', ...'10.1.0.0/16');
    expect(mended.overlay).toMatchObject({ tried: false, values: { folder: 'a b' } });
    const { effects, state } = pressed(mended, 'enter');
    const allowedIps = ['10.0.0.0/8', '10.1.0.0/16'];
    const values = { hours: '48', addresses: '10.0.0.0/8, 10.1.0.0/16', folder: 'a b' };
    const ship = { effect: 'ship', expiresHours: 48, allowedIps, packagePath: 'a b' };
    // Whether there is such a folder is seen first.
    expect(effects).toEqual([{ effect: 'ship-with-folder', values, ship }]);
    expect(state.overlay).toMatchObject({ kind: 'ship-form', values });
    const without = pressed(keyed(mended, 'down', 'ctrl-u'), 'enter');
    expect(without.effects).toEqual([{ effect: 'ship', expiresHours: 48, allowedIps }]);
    expect(without.state.overlay).toBeUndefined();
    expect(without.state.route).toEqual({ screen: 'ship' });
    // What was sent off stands there the next time; what was not does not.
    const again = keyed(without.state, '1', 'D', 'backspace', 'esc', 'D');
    expect(again.overlay).toMatchObject({ field: 'hours', values: { ...values, folder: '' } });
    expect(pressed(keyed(again, 'up', 'shift-tab', 'ctrl-u'), 'enter').effects).toEqual([
      { effect: 'ship', expiresHours: 48 },
    ]);
  });

  it('takes a list pasted line by line', () => {
    const asked = keyed(withBuilds(), 'down', 'down', 'D', 'tab');
    const steps = pasted(asked, '203.0.113.0/24\r\n2001:db8::/32\n');
    const state = hear(asked, ...steps.filter((step) => 'type' in step));
    expect(state.overlay).toMatchObject({ values: { addresses: '203.0.113.0/24 2001:db8::/32' } });
    expect(pressed(state, 'enter').effects).toMatchObject([
      { allowedIps: ['203.0.113.0/24', '2001:db8::/32'] },
    ]);
  });

  it('leads to the run under way instead of making a second package', () => {
    const state = hear(withBuilds(), { type: 'ship-started', id: 's', expiresHours: 48 });
    const again = pressed(state, 'd');
    expect(again.effects).toEqual([]);
    expect(again.state.route).toEqual({ screen: 'ship' });
  });

  it('cancels with esc while it runs, goes back with esc afterwards', () => {
    const run = keyed(hear(withBuilds(), { type: 'ship-started', id: 's', expiresHours: 48 }), 'd');
    expect(pressed(run, 'esc').effects).toEqual([{ effect: 'cancel-ship' }]);
    const over = hear(run, { type: 'ship-ended', id: 's' });
    expect(over.ship?.state).toBe('cancelled');
    expect(keyed(over, 'esc').route).toEqual({ screen: 'builds' });
  });

  it('does not say that there is no package before the packages have been read', () => {
    const reading = keyed(withBuilds(), '2');
    const none = hear(reading, { type: 'distributions', list: [], record: undefined });
    for (const key of ['enter', 'y', 'u']) {
      expect(pressed(reading, key).state.notice?.text).toBe('The packages are still being read.');
      expect(pressed(none, key).state.notice?.text).toBe('There is no package yet: d makes one.');
    }
  });

  it('no longer says that there is no package once one was made, and keeps what is listed meanwhile', () => {
    const entry: PackageEntry = {
      key: 'packages/a/a.zip',
      filename: 'a.zip',
      size: 1,
      modifiedAt: 1,
      state: 'valid',
    };
    const shippedWith = (list: PackageEntry[]) =>
      hear(
        withBuilds(),
        { type: 'distributions', list, record: undefined },
        { type: 'ship-started', id: 's', expiresHours: 48 },
        { type: 'ship', id: 's', event: { kind: 'done', distribution: {} as Distribution } },
        { type: 'ship-ended', id: 's' },
      ).distributions.list;
    expect(shippedWith([])).toBe(undefined);
    expect(shippedWith([entry])).toEqual([entry]);
  });
});

describe('leaving', () => {
  const uploading = hear(
    withBuilds(),
    { type: 'ship-started', id: 's', expiresHours: 48 },
    { type: 'ship', id: 's', event: { kind: 'step', step: 'UPLOAD', state: 'started' } },
    { type: 'ship', id: 's', event: { kind: 'progress', step: 'UPLOAD', done: 61, total: 100 } },
  );

  it('quits at once with q on the first screen and with Ctrl-C anywhere', () => {
    expect(pressed(withBuilds(), 'q').effects).toEqual([{ effect: 'quit' }]);
    expect(pressed(keyed(withBuilds(), 'enter'), 'ctrl-c').effects).toEqual([{ effect: 'quit' }]);
    expect(pressed(keyed(withBuilds(), '/'), 'ctrl-c').effects).toEqual([{ effect: 'quit' }]);
  });

  it('asks once while our own upload runs, with how far it is', () => {
    for (const key of ['q', 'ctrl-c']) {
      const first = pressed(uploading, key);
      expect(first.effects).toEqual([]);
      expect(first.state.notice?.text).toBe('Upload 61 %, again to stop and leave.');
      expect(pressed(first.state, key).effects).toEqual([{ effect: 'quit' }]);
    }
  });

  it('asks anew after another key', () => {
    const asked = keyed(uploading, 'q', 'j');
    expect(pressed(asked, 'q').effects).toEqual([]);
  });

  it('asks while a start of ours is under way', () => {
    const starting = hear(withBuilds(), {
      type: 'action-started',
      id: 'a',
      kind: 'start',
      label: 'Starting it',
    });
    expect(pressed(starting, 'q').state.notice?.text).toBe('Starting it, again to stop and leave.');
  });

  it('goes back with q and esc from the other screens', () => {
    for (const key of ['q', 'esc']) {
      expect(keyed(withBuilds(), 'enter', key).route).toEqual({ screen: 'builds' });
      expect(keyed(withBuilds(), '2', key).route).toEqual({ screen: 'builds' });
    }
  });

  it('goes back to the screen one came from', () => {
    const state = keyed(withBuilds(), 'enter', '2');
    expect(keyed(state, 'q').route.screen).toBe('build');
    expect(keyed(state, 'q', 'q').route.screen).toBe('builds');
    expect(keyed(state, '1', '2', '1', '2', 'q').route.screen).toBe('builds');
  });
});

describe('a terminal that is too small', () => {
  const small = withBuilds(connected(beginning({}, { columns: 79, rows: 24 })));

  it('takes no key but leaving and suspending', () => {
    for (const key of ['b', 'x', 'd', 'enter', '?', 'y']) expect(press(small, key), key).toEqual([]);
    expect(pressed(keyed(small), 'q').effects).toEqual([{ effect: 'quit' }]);
    expect(pressed(small, 'ctrl-c').effects).toEqual([{ effect: 'quit' }]);
    expect(pressed(small, 'ctrl-z').effects).toEqual([{ effect: 'suspend' }]);
  });
});

describe('what is pasted', () => {
  const paste = (state: Parameters<typeof pasted>[0], text: string) =>
    pasted(state, text).reduce((now, step) => ('type' in step ? hear(now, step) : now), state);

  it('is text for a line being typed, without its controls, and never keys', () => {
    const typing = paste(keyed(withBuilds(), '/'), ' abc\x1b[31m123\r\n');
    expect(typing.builds.filter).toBe('abc123');
    expect(pasted(withBuilds(), 'qqq\r')).toEqual([]);
  });

  it('is cut where it is too long for any filter', () => {
    const typing = paste(keyed(withBuilds(), '/'), 'x'.repeat(5_000));
    expect(typing.overlay).toHaveProperty('text', 'x'.repeat(200));
  });
});

describe('keys that mean nothing', () => {
  it('do nothing', () => {
    for (const key of ['Q', 'z', 'tab', 'ctrl-a', 'ß']) expect(press(withBuilds(), key), key).toEqual([]);
  });

  it('leave a notice alone, while those that do something clear it', () => {
    const said = hear(withBuilds(), { type: 'said', tone: 'info', text: 'Hello.' });
    expect(keyed(said, 'Q').notice?.text).toBe('Hello.');
    expect(keyed(said, 'j').notice).toBeUndefined();
    expect(keyed(said, 'j').messages.map((message) => message.text)).toEqual(['Hello.']);
  });
});

describe('the console link', () => {
  it('is of the region and account of the build', () => {
    const [effect] = pressed(withBuilds(), 'o').effects;
    expect(effect).toEqual({
      effect: 'open-url',
      url: `https://us-east-1.console.aws.amazon.com/codesuite/codebuild/123456789012/projects/${windows}/build/${encodeURIComponent(running)}/?region=us-east-1`,
    });
  });
});
