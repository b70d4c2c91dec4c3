import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/domain/build.ts';
import { AppError } from '../../src/domain/errors.ts';
import type { ActionDeps } from '../../src/runtime/action-deps.ts';
import { createActions } from '../../src/runtime/actions.ts';
import { createLogModels } from '../../src/runtime/log-models.ts';
import type { Event } from '../../src/state/events.ts';
import { reduce } from '../../src/state/reduce.ts';
import { createFakeAccount } from '../support/fake-services.ts';
import { createFakeTerminal } from '../support/fake-terminal.tsx';
import { leftover } from '../support/leftover.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { pictureBuilds, pictureTime } from '../support/sample-builds.ts';
import { withBuilds } from '../support/states.ts';

const windows: Project = {
  name: 'claude-code-auth-windows-build',
  target: 'windows',
  source: { type: 'S3', location: 'bucket/source.zip' },
  environment: { type: 'WINDOWS_SERVER_2022_CONTAINER', computeType: 'BUILD_GENERAL1_LARGE' },
};
const fromGit: Project = {
  name: 'from-git',
  target: 'unknown',
  source: { type: 'GITHUB', location: 'https://x/y' },
};
const id = pictureBuilds()[0]?.id ?? '';

function setUp(deps: Partial<ActionDeps> = {}) {
  const clock = createManualClock(pictureTime);
  const account = createFakeAccount({ now: clock.now, projects: [windows, fromGit] });
  account.setBuilds(pictureBuilds());
  const terminal = createFakeTerminal();
  const events: Event[] = [];
  let state = withBuilds();
  let tokens = 0;
  let quits = 0;
  const opened: string[] = [];
  const actions = createActions({
    holder: { services: account.services },
    clock,
    terminal,
    settings: { update: () => {} },
    files: { save: async () => 'exists', saveWhole: async () => 'exists', folder: async (path) => path },
    logs: createLogModels(),
    get: () => state,
    dispatch: (event) => {
      events.push(event);
      state = reduce(state, event, clock.now());
    },
    newToken: () => {
      tokens += 1;
      return `token-${tokens}`;
    },
    openUrl: (url) => void opened.push(url),
    recordLatestBuild: undefined,
    quit: () => {
      quits += 1;
    },
    ...deps,
  });
  const types = () => events.map((event) => event.type);
  return { actions, account, terminal, events, types, opened, get: () => state, quits: () => quits };
}

describe('starting a build', () => {
  it('says that it starts, shows the build, says that it has started', async () => {
    const { actions, account, types, get } = setUp();
    actions.perform({ effect: 'start', project: windows.name });
    expect(Object.values(get().actions)).toMatchObject([{ kind: 'start' }]);
    await turn();
    expect(types()).toEqual(['action-started', 'build-started', 'action-done']);
    expect(account.done).toEqual([`start ${windows.name} token-1`]);
    expect(get().actions).toEqual({});
    expect(get().messages.at(-1)?.text).toMatch(/has started/);
  });

  it('takes a token of its own for every thing wanted', async () => {
    const { actions, account } = setUp();
    actions.perform({ effect: 'start', project: windows.name });
    await turn();
    actions.perform({ effect: 'retry', id });
    await turn();
    expect(account.done).toEqual([`start ${windows.name} token-1`, `retry ${id} token-2`]);
  });

  it('notes the build for ccwb, and runs it all the same where that fails', async () => {
    const noted: string[] = [];
    const { actions, get } = setUp({
      recordLatestBuild: async (build) => {
        noted.push(build.id);
        throw new AppError({ kind: 'failed', message: 'The disk is full.' });
      },
    });
    actions.perform({ effect: 'start', project: windows.name });
    await turn();
    expect(noted).toHaveLength(1);
    expect(get().messages.map((message) => message.text)).toEqual([
      'The disk is full.',
      expect.stringMatching(/has started/),
    ]);
  });

  it('says what went wrong and what to do', async () => {
    const { actions, account, get } = setUp();
    account.failStart(new AppError({ kind: 'permission', message: 'Not allowed.', hint: 'Ask for it.' }));
    actions.perform({ effect: 'start', project: windows.name });
    await turn();
    expect(get().messages.at(-1)).toMatchObject({ tone: 'bad', text: 'Not allowed.', hint: 'Ask for it.' });
    expect(get().actions).toEqual({});
  });
});

describe('the question before a start on AWS', () => {
  const asked = async (project: string, source?: { modifiedAt: number; size: number }) => {
    const { actions, account, get } = setUp();
    account.setSource(source);
    actions.perform({ effect: 'prepare-start', project });
    await turn();
    return get();
  };

  it('names project, age of the source and cost; Enter starts', async () => {
    const state = await asked(windows.name, { modifiedAt: pictureTime - 7_200_000, size: 2048 });
    expect(state.overlay).toMatchObject({
      kind: 'question',
      text: `Build ${windows.name}? Source 2.0 KiB, 2 h old, ~$0.47.`,
      default: 'yes',
      onYes: { effect: 'start', project: windows.name },
    });
  });

  it('names where the source comes from where that is not S3, and says that the cost is not known', async () => {
    const state = await asked('from-git');
    expect(state.overlay).toMatchObject({ text: 'Build from-git? Source https://x/y, cost not known.' });
  });

  it('is not asked where no source lies or no project is', async () => {
    expect((await asked(windows.name)).messages.at(-1)?.text).toBe('No source lies at bucket/source.zip.');
    const gone = await asked('gone');
    expect(gone.overlay).toBeUndefined();
    expect(gone.messages.at(-1)?.text).toBe('The build project gone is not there.');
  });
});

describe('making a distribution', () => {
  it('tells of every step, and of the end', async () => {
    const { actions, account, types } = setUp();
    actions.perform({ effect: 'ship', expiresHours: 24 });
    account.making.push({ kind: 'step', step: 'COLLECT', state: 'started' });
    account.making.end();
    await turn();
    expect(account.done).toEqual(['make 24']);
    expect(types()).toEqual(['action-started', 'ship-started', 'ship', 'ship-ended', 'action-done']);
  });

  it('that was cut off is finished as one that is made', async () => {
    const { actions, account, get, types } = setUp();
    account.setLeftovers([leftover]);
    actions.perform({ effect: 'resume-ship', id: leftover.id, expiresHours: 12 });
    account.making.push({ kind: 'step', step: 'UPLOAD', state: 'started' });
    account.making.end();
    await turn();
    expect(account.done).toEqual([`resume ${leftover.id}`]);
    expect(types()).toEqual(['action-started', 'ship-started', 'ship', 'ship-ended', 'action-done']);
    expect(get().ship?.expiresHours).toBe(12);
  });

  it('that was cut off is removed, and what is left then is known', async () => {
    const { actions, account, get } = setUp();
    account.setLeftovers([leftover, { ...leftover, id: 'other' }]);
    actions.perform({ effect: 'clean-leftover', id: leftover.id, filename: leftover.filename });
    await turn();
    expect(account.done).toEqual([`clean up ${leftover.id}`]);
    expect(get().leftovers.list.map(({ id }) => id)).toEqual(['other']);
    expect(get().messages.at(-1)?.text).toContain('is removed');
  });

  it('is cancelled once, and only while it runs', async () => {
    const { actions, types, get } = setUp();
    actions.perform({ effect: 'cancel-ship' });
    expect(types()).toEqual([]);
    actions.perform({ effect: 'ship', expiresHours: 24 });
    await turn();
    actions.perform({ effect: 'cancel-ship' });
    expect(get().ship?.state).toBe('cancelling');
    await turn();
    expect(get().ship?.state).toBe('cancelled');
    expect(get().messages).toEqual([]);
  });

  it('keeps the error with the run and among the messages', async () => {
    const { actions, account, get } = setUp();
    actions.perform({ effect: 'ship', expiresHours: 24 });
    await turn();
    account.making.fail(new AppError({ kind: 'network', message: 'The connection was lost.' }));
    await turn();
    expect(get().ship).toMatchObject({ state: 'failed', error: { message: 'The connection was lost.' } });
    expect(get().messages.at(-1)?.text).toBe('The connection was lost.');
  });
});

describe('leaving', () => {
  it('aborts what is under way and waits for it', async () => {
    const { actions, get } = setUp();
    actions.perform({ effect: 'ship', expiresHours: 24 });
    await turn();
    await actions.stop();
    expect(get().ship?.state).toBe('cancelled');
    expect(get().actions).toEqual({});
  });

  it('is asked of the program by quit', () => {
    const { actions, quits } = setUp();
    actions.perform({ effect: 'quit' });
    expect(quits()).toBe(1);
  });
});

describe('the clipboard', () => {
  it('says that a text was sent, or that it is too long', () => {
    const { actions, terminal, get } = setUp();
    actions.perform({ effect: 'copy', text: 'https://x', what: 'The link' });
    expect(terminal.copied).toEqual(['https://x']);
    expect(get().notice).toMatchObject({ tone: 'good', text: 'The link was sent to the clipboard.' });
    const narrow = setUp({ terminal: { ...terminal, copy: () => false } });
    narrow.actions.perform({ effect: 'copy', text: 'x', what: 'The link' });
    expect(narrow.get().notice?.tone).toBe('warn');
  });
});

describe('renewing a link', () => {
  it('asks before the policy of the bucket changes', async () => {
    const { services } = createFakeAccount({ now: () => pictureTime, projects: [windows] });
    const { links } = services.distributions;
    let answer: boolean | undefined;
    const renew: typeof links.renew = async function* (_key, { ask }, signal) {
      answer = await ask?.({ kind: 'policy', bucket: 'ship', added: ['Sid: x'], removed: [] }, signal);
      yield* [];
    };
    const distributions = { ...services.distributions, links: { ...links, renew } };
    const { actions, get } = setUp({ holder: { services: { ...services, distributions } } });
    actions.perform({ effect: 'renew', key: 'packages/a.zip', expiresHours: 1 });
    await turn();
    expect(get().ship?.asks?.question).toMatchObject({ kind: 'policy', bucket: 'ship' });
    actions.perform({ effect: 'answer-ship', yes: false });
    await turn();
    expect(answer).toBe(false);
    expect(get().ship?.asks).toBeUndefined();
  });
});
