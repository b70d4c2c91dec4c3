import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LastList } from '../../src/domain/last-list.ts';
import { defaultSettings, type Settings } from '../../src/domain/settings.ts';
import type { Capabilities } from '../../src/domain/terminal.ts';
import { type ProgramOptions, startingState } from '../../src/starting-state.ts';
import { drawFrame, readFrame, type Size } from '../../src/terminal/screen.ts';
import { themeFor } from '../../src/ui/theme.ts';
import { loadFirstPicture } from '../support/first-picture-bundle.ts';
import { type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureBuilds, pictureTime, sampleBuild } from '../support/sample-builds.ts';

let firstFrame: Awaited<ReturnType<typeof loadFirstPicture>>['firstFrame'];
let program: StartedProgram | undefined;

beforeAll(async () => {
  firstFrame = (await loadFirstPicture()).firstFrame;
});
afterEach(async () => {
  await program?.quit();
  program = undefined;
});

type Given = {
  size?: Size;
  capabilities?: Pick<Capabilities, 'colorDepth' | 'unicode'>;
  options?: Partial<ProgramOptions>;
  settings?: Partial<Settings>;
  last?: LastList | undefined;
};

const aws: Partial<ProgramOptions> = { place: 'aws', profile: 'ClaudeCode' };
const kept: LastList = { builds: pictureBuilds(), more: true, total: 214, at: pictureTime - 180_000 };
const many: LastList = {
  ...kept,
  builds: Array.from({ length: 50 }, (_, at) =>
    sampleBuild({ uuid: `${1000 + at}-1111`, number: at, startedAt: pictureTime - at * 5_000_000 }),
  ),
  total: undefined,
};
const failed: LastList = {
  ...kept,
  builds: [
    sampleBuild({
      uuid: 'abcd-1',
      project: 'a-project-with-a-name-that-is-longer-than-its-column',
      target: 'unknown',
      status: 'FAULT',
      startedAt: pictureTime - 400 * 86_400_000,
      initiator: 'arn:aws:sts::123456789012:assumed-role/Admin/somebody-with-a-long-name',
      phases: [
        {
          type: 'BUILD',
          status: 'FAILED',
          contexts: [{ code: 'COMMAND_EXECUTION_ERROR', message: `${'it failed again '.repeat(20)}` }],
        },
      ],
    }),
  ],
  more: false,
  total: 1,
};

function settingOf({ size = { columns: 80, rows: 24 }, ...given }: Given) {
  const capabilities = given.capabilities ?? { colorDepth: 24 as const, unicode: true };
  const options: ProgramOptions = { readOnly: false, ...(given.options ?? aws) };
  const settings: Settings = { ...defaultSettings, ...given.settings };
  return { size, capabilities, options, settings, last: 'last' in given ? given.last : kept };
}

function still(given: Given): string {
  const { size, capabilities, options, settings, last } = settingOf(given);
  const state = startingState({
    options,
    settings,
    now: pictureTime,
    size,
    capabilities: { ...capabilities, ssh: false },
    timeZone: 'UTC',
    lastListOf: () => last,
  });
  return firstFrame(state, themeFor(capabilities));
}

/** The program's own first frame; its account never answers. */
async function programs(given: Given): Promise<string> {
  const { size, capabilities, options, settings, last } = settingOf(given);
  const nobody = (_: unknown, signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  program = startProgram({
    ...size,
    capabilities,
    settings,
    deps: {
      options,
      connect: nobody,
      sandbox: { ensure: nobody } as never,
      lastLists: { read: () => last, keep: () => {}, settle: () => {} },
    },
  });
  const { terminal } = program;
  await terminal.until(() => terminal.frameCount() > 0);
  return terminal.raw();
}

const wide = { columns: 200, rows: 60 };
const cases: Record<string, Given> = {
  'the list of the last run': {},
  'on a wide terminal': { size: wide },
  'between two widths': { size: { columns: 111, rows: 37 } },
  'on a terminal that is too small': { size: { columns: 79, rows: 24 } },
  'on a terminal of one row': { size: { columns: 20, rows: 1 } },
  'without colours': { capabilities: { colorDepth: 0, unicode: true } },
  'in sixteen colours of ASCII': { capabilities: { colorDepth: 4, unicode: false }, size: wide },
  'in 256 colours': { capabilities: { colorDepth: 8, unicode: true } },
  'read-only, of a profile with a long name': {
    options: { place: 'aws', profile: 'a-profile-with-a-very-long-name-that-gives-way', readOnly: true },
  },
  'without a profile': { options: { region: 'eu-west-1' } },
  'of the sandbox': { options: { place: 'sandbox' }, size: wide },
  'while a build is looked for': { options: { ...aws, buildRef: 'latest' } },
  'that is longer than the screen': { last: many },
  'that is longer than a large screen': { last: many, size: wide },
  'of what failed': { last: failed, size: wide },
  'of what failed, cut': { last: failed },
  'that is empty': { last: { ...kept, builds: [], more: false, total: 0 } },
  'that was kept just now': { last: { ...kept, at: pictureTime } },
  'where none is kept': { last: undefined },
  'where none is kept of the sandbox': { last: undefined, options: { place: 'sandbox' } },
  'as the settings have it': { options: {}, settings: { place: 'aws', profile: 'mine', timeZone: 'utc' } },
  'the first question': { options: {}, last: undefined },
  'the first question on a wide terminal': { options: {}, last: undefined, size: wide },
};

describe('the first picture', () => {
  it.each(Object.entries(cases))('is the first frame of the program: %s', async (_, given) => {
    const { size } = settingOf(given);
    const first = still(given);
    const rows = readFrame(first, size);
    const own = readFrame(await programs(given), size);
    expect(first.split('\n').length).toBe(size.rows);
    expect(rows.map(({ glyphs }) => glyphs.join(''))).toEqual(own.map(({ glyphs }) => glyphs.join('')));
    // Colours too: nothing would be sent for the program's frame.
    expect(drawFrame({ size, rows }, own, size)).toBe('');
  });

  it.each(['漢字', '👍', 'e\u0301'])('is left to the program where %s must be measured', (message) => {
    const [build] = failed.builds;
    if (!build) throw new Error('no build');
    const phases = [{ type: 'BUILD', status: 'FAILED' as const, contexts: [{ code: '', message }] }];
    expect(() => still({ last: { ...failed, builds: [{ ...build, phases }] } })).toThrow(TypeError);
  });
});
