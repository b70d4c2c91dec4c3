import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine, LogUpdate } from '../../src/domain/log.ts';
import type { Regions } from '../../src/domain/regions.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { runProgram } from '../../src/program.tsx';
import { openTerminal } from '../../src/terminal/open-terminal.ts';
import { drawFrame, readFrame } from '../../src/terminal/screen.ts';
import { noSandbox } from '../hostile/support/account.ts';
import { emulate, picture, write } from '../support/emulated-terminal.ts';
import { keys } from '../support/fake-terminal.tsx';
import { createManualClock } from '../support/manual-clock.ts';
import { pictureAccount } from '../support/program.tsx';
import { pictureBuilds, pictureTime } from '../support/sample-builds.ts';
import { openWatchedDevice } from '../support/watched-device.ts';

type Step =
  | { kind: 'keys'; typed: string }
  | { kind: 'log'; updates: LogUpdate[] }
  | { kind: 'resize'; columns: number; rows: number }
  | { kind: 'time'; ms: number };

const prefix = '[Container] 2026/11/20 10:35:02.123456 ';
const anyText = fc.oneof(
  fc.constantFrom(
    '',
    'Nuitka: Starting Python compilation with:',
    `${prefix}Entering phase BUILD`,
    `${prefix}Running command python -m nuitka --standalone`,
    'error: something went wrong',
    '\x1b[31mred\x1b[0m and \x1b[44mblue ground\x1b[0m',
    '漢字'.repeat(60),
    'a 👍🏽 b 🇩🇪 c ⌚ d',
    'x'.repeat(300),
  ),
  fc.integer({ min: 0, max: 9_999 }).map((number) => `line ${number} of the log ${'-'.repeat(number % 90)}`),
);
const anyLines = fc
  .array(anyText, { minLength: 1, maxLength: 40 })
  .map((texts): LogLine[] => texts.map((text) => ({ timestamp: pictureTime, text })));
const anyUpdate: fc.Arbitrary<LogUpdate> = fc.oneof(
  { weight: 8, arbitrary: anyLines.map((lines): LogUpdate => ({ kind: 'lines', lines })) },
  {
    weight: 1,
    arbitrary: fc.constant<LogUpdate>({ kind: 'gap', after: pictureTime, before: pictureTime + 1 }),
  },
);
const anyKeys = fc.constantFrom(
  ...[
    'j',
    'k',
    'jjj',
    'g',
    'G',
    'f',
    'e',
    'E',
    '[',
    ']',
    't',
    'w',
    'n',
    'N',
    '+',
    '-',
    '?',
    '!',
    ' ',
    'ma',
    "'a",
    "''",
  ],
  ...[
    '/line',
    '/error\r',
    '/(\r',
    '/nowhere\r',
    '&line 1\r',
    '&error\r',
    '&\r',
    ':12\r',
    ':wrap\r',
    'y',
    'x',
    'P',
  ],
  ...[keys.up, keys.down, keys.left, keys.right, keys.pageUp, keys.pageDown, keys.esc],
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: anyKeys.map((typed): Step => ({ kind: 'keys', typed })) },
  {
    weight: 6,
    arbitrary: fc
      .array(anyUpdate, { minLength: 1, maxLength: 3 })
      .map((updates): Step => ({ kind: 'log', updates })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ columns: fc.integer({ min: 70, max: 140 }), rows: fc.integer({ min: 20, max: 50 }) })
      .map((size): Step => ({ kind: 'resize', ...size })),
  },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((ms): Step => ({ kind: 'time', ms })) },
);
/** `SEED=… npx vitest run test/program/random-screen.test.tsx` plays other streams. */
const anyStream = fc.array(anyStep, { minLength: 10, maxLength: 40 });

/** Turns of the event loop that a picture gets to come to rest: far more than it needs, on any machine. */
const mostTurns = 200_000;

/**
 * Plays a stream of lines, keys, sizes and times to the program on the real device; answers the first step after which
 * the terminal, at rest, shows anything but a full repaint of the same state.
 * @param spoil what becomes of the bytes on their way to the terminal
 */
async function firstDifference(
  stream: readonly Step[],
  spoil?: (text: string) => string,
  turns = mostTurns,
): Promise<string | undefined> {
  const clock = createManualClock(pictureTime);
  const account = pictureAccount(clock);
  const device = openWatchedDevice({ columns: 80, rows: 24 }, (bytes) => {
    const text = Buffer.from(bytes).toString('utf8');
    return spoil ? spoil(text) : text;
  });
  const terminal = openTerminal(device.host);
  let frame = '';
  let regions: Regions = {};
  const draw = terminal.frames.write.bind(terminal.frames);
  terminal.frames.write = ((text: string, ...rest: []) => {
    // What Ink sends besides its frames has no line of its own.
    if (String(text).includes('\n')) frame = String(text);
    return draw(text, ...rest);
  }) as typeof draw;
  const ended = runProgram({
    connect: account.connect,
    sandbox: noSandbox,
    settings: { path: '/nowhere', read: () => defaultSettings, update: () => {} },
    files: { save: async () => 'exists', saveWhole: async () => 'exists', folder: async (path) => path },
    clock,
    terminal: {
      ...terminal,
      // Its getters are asked when they are needed.
      get capabilities() {
        return terminal.capabilities;
      },
      setRegions(painters) {
        regions = painters;
        terminal.setRegions(painters);
      },
    },
    home: '/nowhere',
    options: { place: 'aws', profile: 'ClaudeCode', readOnly: true, buildRef: '9f3c1a2b' },
    timeZone: 'UTC',
    newToken: () => 'token',
    log: () => {},
  });
  const isAtRest = async (): Promise<boolean> => {
    const full = emulate(device.size());
    await write(
      full,
      drawFrame(undefined, readFrame(frame, device.size(), undefined, regions), device.size()),
    );
    const wanted = picture(full);
    full.dispose();
    return JSON.stringify(await device.picture()) === JSON.stringify(wanted);
  };
  const comesToRest = async () => {
    // The state hears of lines by the clock.
    await clock.advance(20);
    for (let turned = 0; turned < turns; turned += 50) {
      for (let at = 0; at < 50; at++) await turn();
      if (await isAtRest()) return true;
    }
    return false;
  };
  const log = account.log(pictureBuilds()[0]?.id ?? '');
  const play = async (step: Step) => {
    switch (step.kind) {
      case 'keys':
        return device.type(step.typed);
      case 'log':
        return log.push(...step.updates);
      case 'resize':
        return device.resize(step);
      case 'time':
        return clock.advance(step.ms);
    }
  };
  try {
    for (const [index, step] of stream.entries()) {
      await play(step);
      if (!(await comesToRest())) return `after step ${index}: ${JSON.stringify(step).slice(0, 200)}`;
    }
    return undefined;
  } finally {
    device.type('\x03\x03');
    await ended.catch(() => {});
    device.close();
  }
}

describe('the screen at rest', () => {
  it('is what a full repaint of the same state shows, whatever came before', async () => {
    await fc.assert(
      fc.asyncProperty(anyStream, async (stream) => {
        expect(await firstDifference(stream)).toBeUndefined();
      }),
      { numRuns: 40, endOnFailure: true, seed: Number(process.env.SEED ?? 1) },
    );
  }, 300_000);

  it.each([
    ['erases nothing', (text: string) => text.replaceAll('\x1b[K', '')],
    ['scrolls the whole screen', (text: string) => text.replaceAll(/\x1b\[\d+;\d+r/g, '')],
    ['forgets colours', (text: string) => text.replaceAll(/\x1b\[[\d;]*m/g, '')],
  ])('is held to it: a terminal that %s is found', async (_, spoil) => {
    // As many turns as are needed, and without the fault the same stream comes to rest.
    const turns = 4_000;
    for (const stream of fc.sample(anyStream, { seed: 4, numRuns: 20 })) {
      if ((await firstDifference(stream, spoil, turns)) === undefined) continue;
      expect(await firstDifference(stream)).toBeUndefined();
      return;
    }
    expect.fail('no stream found the fault');
  });
});
