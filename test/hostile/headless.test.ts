import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type HostileAccount,
  hex,
  openHostileAccount,
  openTime,
  startTime,
  type Time,
} from './support/account.ts';
import { createHostileText, pieces, seeds } from './support/hostile-text.ts';
import { strangeInPrinted } from './support/strict-terminal.ts';

let time: Time;
let account: HostileAccount;
let hostile = createHostileText(0);

beforeAll(async () => {
  time = openTime();
  account = await openHostileAccount(time, () => hostile.text());
});
afterAll(async () => {
  await account.close();
  time.stop();
});

/** An account all of whose texts come from the seed: builds of every kind, three pages of a log. */
function fill(seed: number): void {
  hostile = createHostileText(seed);
  const statuses = ['IN_PROGRESS', 'FAILED', 'SUCCEEDED', 'FAULT', 'x\x1b[2J'];
  account.aws.error = undefined;
  account.aws.builds = Array.from({ length: 10 }, (_, index) => ({
    uuid: `${index}${hex}${index % 2 === 0 ? '' : hostile.text()}`,
    status: statuses[index % statuses.length] ?? '',
    startedAt: startTime - index * 60_000 - 3_600_000,
  }));
  account.aws.pages = Array.from({ length: 3 }, () => Array.from({ length: 30 }, hostile.message));
}

const good = `2${hex}`;

function expectClean(text: string, what: string, color = false): void {
  expect(strangeInPrinted(text, color), what).toBeUndefined();
}

describe.each(seeds)('headless output of an account that says what seed %i makes', (seed) => {
  it.each(['builds --json', `build ${good}`, `build 1${hex.slice(0, 7)}`, `build ${good} --json`])(
    '%s',
    async (line) => {
      fill(seed);
      const { out, err } = await account.command(line);
      expectClean(out, `${line}, stdout`);
      expectClean(err, `${line}, stderr`);
      if (line.endsWith('--json')) expect(() => JSON.parse(out)).not.toThrow();
      expect(out).not.toBe('');
    },
  );

  it.each([
    ['logs', false],
    ['logs', true],
    ['logs --timestamps', false],
    ['logs --follow', true],
    ['logs --json', false],
    ['logs --follow --json', true],
  ] as const)('%s, colours: %s', async (options, color) => {
    fill(seed);
    const { out, err } = await account.command(`${options} ${good}`, { color });
    expectClean(out, `${options}, stdout`, color);
    expectClean(err, `${options}, stderr`);
    const lines = account.aws.pages.flat().flatMap((message) => message.split('\n').length);
    const count = lines.reduce((sum, one) => sum + one, 0);
    // A line feed at a message's end opens no line.
    const ending = account.aws.pages.flat().filter((message) => message.endsWith('\n')).length;
    if (options === 'logs --json') expect(JSON.parse(out)).toHaveLength(count - ending);
    else expect(out.split('\n')).toHaveLength(count - ending + 1);
    if (options.endsWith('--follow --json')) {
      for (const line of out.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  it.each([
    'builds',
    `build ${good}`,
    `logs ${good}`,
    `logs --follow ${good}`,
    `build --watch 5${hex.slice(0, 7)}`,
  ])('an error of %s', async (line) => {
    fill(seed);
    account.aws.error = { status: 400, type: `Odd${hostile.text()}Exception`, message: hostile.text() };
    const { out, err } = await account.command(line);
    expect(out).toBe('');
    expectClean(err, `${line}, stderr`);
    expect(err).not.toBe('');
  });
});

describe('a sequence cut over two events of a log', () => {
  it.each([false, true])('harms neither, wherever it is cut, colours: %s', async (color) => {
    fill(1);
    const cuts = pieces.flatMap((piece) =>
      Array.from({ length: Math.min(piece.length, 12) + 1 }, (_, at) => [
        `a${piece.slice(0, at)}`,
        `${piece.slice(at)}b`,
      ]),
    );
    account.aws.pages = [cuts.flat()];
    const { out } = await account.command(`logs ${good}`, { color });
    expectClean(out, 'stdout', color);
    expect(out.split('\n')).toHaveLength(cuts.length * 2 + 1);
  });
});
