import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type HostileAccount,
  hex,
  openHostileAccount,
  openTime,
  startTime,
  type Time,
} from './support/account.ts';
import type { Say } from './support/hostile-aws.ts';
import { createHostileText, type HostileText, harmless, pieces, seeds } from './support/hostile-text.ts';
import { cellAt, openScreen, type Screen } from './support/screens.tsx';

/** The same program twice: on an account that says hostile things, and on its twin that says harmless ones. */
type Pair = { hostile: HostileText; accounts: HostileAccount[]; screens: Screen[] };

const rounds = 4;
const columns = 180;
const size = { columns, rows: 40 };
let time: Time;
let pair: Pair | undefined;
/** What React has to complain of: rows of equal keys, which it may draw twice or not at all. */
let complaints: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  time = openTime();
  complaints = vi.spyOn(console, 'error');
});
afterEach(async () => {
  for (const screen of pair?.screens ?? []) await screen.close();
  for (const account of pair?.accounts ?? []) await account.close();
  pair = undefined;
  time.stop();
  const complained = complaints.mock.calls.map((call: unknown[]) => call[0]);
  complaints.mockRestore();
  expect(complained).toEqual([]);
});

async function openPair(
  seed: number,
  fill: (account: HostileAccount, say: (text: string) => string) => void,
  say: Say,
  varying: readonly string[] = [],
) {
  const hostile = createHostileText(seed);
  const opened: Pair = { hostile, accounts: [], screens: [] };
  pair = opened;
  // The twin's texts change as well, so that both programs draw at the same times.
  let swaps = 0;
  for (const isHostile of [true, false]) {
    const account = await openHostileAccount(
      time,
      isHostile ? say : (field) => (varying.includes(field) && swaps++ % 2 === 0 ? 'y' : 'x'),
    );
    opened.accounts.push(account);
    fill(account, isHostile ? (text) => text : harmless);
    opened.screens.push(await openScreen(time, account, size));
  }
  return opened;
}

/** Lets time pass until both screens show it. */
async function see(what: string | RegExp): Promise<void> {
  for (const screen of pair?.screens ?? []) {
    for (let steps = 0; ; steps += 1) {
      const text = (await screen.rows()).join('\n');
      if (typeof what === 'string' ? text.includes(what) : what.test(text)) break;
      if (steps > 300) throw new Error(`Never seen: ${what}; the screen shows:\n${text}`);
      await time.step();
    }
  }
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 200) await time.step();
}

const type = (keys: string) => {
  for (const screen of pair?.screens ?? []) screen.type(keys);
};

/** Steps that one of the two may be behind the other. */
const mostBehind = 8;

/** No strange byte was sent, and all cells but those of the pane are the twin's. */
async function expectKept(isPane: (x: number, y: number) => boolean): Promise<void> {
  let differing = await differences(isPane);
  for (let behind = 0; differing.length > 0 && behind < mostBehind; behind += 1) {
    await time.step();
    differing = await differences(isPane);
  }
  expect(differing).toEqual([]);
}

const withoutAges = (row = '') =>
  row.replace(/last \d+s ago|next in \d+s|reading/g, 'age').replace(/─+/g, '─');

async function differences(isPane: (x: number, y: number) => boolean): Promise<string[]> {
  const [one, twin] = pair?.screens ?? [];
  if (!one || !twin) throw new Error('no screens');
  const rows = await one.rows();
  const twins = await twin.rows();
  expect(one.strange()).toBeUndefined();
  expect(twin.strange()).toBeUndefined();
  const differing: string[] = [];
  for (let y = 0; y < size.rows; y += 1) {
    for (let x = 0; x < size.columns; x += 1) {
      if (isPane(x, y) || cellAt(one.emulator, x, y) === cellAt(twin.emulator, x, y)) continue;
      // One of the two may have read its log a moment before the other.
      if (withoutAges(rows[y]) === withoutAges(twins[y])) break;
      differing.push(`${x},${y} in ${JSON.stringify(rows[y])} not ${JSON.stringify(twins[y])}`);
      break;
    }
  }
  return differing;
}

const build = (index: number, status: string) => ({
  uuid: `${index.toString(16)}${hex}`,
  status,
  startedAt: startTime - (index + 1) * 60_000,
});

const rowOf = (rows: readonly string[], what: string) => rows.findIndex((row) => row.includes(what));

/** Each is two programs over many draws: the first seed and the last are enough. */
const fewSeeds = [seeds[0] ?? 1, seeds.at(-1) ?? 1];

describe.each(fewSeeds)('screens of an account that says what seed %i makes', (seed) => {
  it('keep a hostile log in its pane', async () => {
    const fill = (account: HostileAccount) => {
      account.aws.builds = [build(0, 'IN_PROGRESS')];
    };
    const { hostile, accounts, screens } = await openPair(seed, fill, () => 'x');
    const say = (page: string[]) => {
      accounts[0]?.aws.pages.push(page);
      accounts[1]?.aws.pages.push(page.map(harmless));
    };
    await see('0a11ce00');
    type('\r');
    await see('── log');
    const rule = rowOf((await screens[1]?.rows()) ?? [], '── log');
    const isPane = (x: number, y: number) => y > rule && y < size.rows - 1 && x >= 11;
    for (let round = 0; round < rounds; round += 1) {
      say(Array.from({ length: 60 }, hostile.message));
      await pass(2_400);
      await expectKept(isPane);
    }
    // Scrolled through and sideways, times off.
    for (const keys of ['\x1b[5~', '\x1b[C', '\x1b[C', 'k', '\x1b[D\x1b[D', 'g', 'f']) {
      type(keys);
      await pass(400);
      await expectKept(isPane);
    }
  });

  it('keep hostile texts of builds in their columns', async () => {
    const fill = (account: HostileAccount) => {
      account.aws.builds = Array.from({ length: 14 }, (_, index) =>
        build(index, index < 5 ? 'IN_PROGRESS' : 'FAILED'),
      );
    };
    let say: Say = () => 'x';
    const { hostile, screens } = await openPair(seed, fill, (field) => say(field), texts);
    say = (field) => (texts.includes(field) ? hostile.text() : 'x');
    await see('Da11ce00'.toLowerCase());
    const rows = (await screens[1]?.rows()) ?? [];
    const top = rowOf(rows, 'BUILD');
    const title = rows[top] ?? '';
    const at = (name: string) => title.indexOf(name);
    // From the time on, which the two may tell by a second apart, to the target; and who began it.
    const isMiddle = (x: number) => x >= at('TIME') - 4 && x < at('TARGET');
    const isBy = (x: number) => x >= at('BY ') && x < at(' NO') - 3;
    const isSecond = (y: number) => /^ {4}/.test(rows[y] ?? '');
    const isPane = (x: number, y: number) =>
      y > top && (isSecond(y) || isMiddle(x) || isBy(x) || y === size.rows - 2);
    for (let round = 0; round < rounds; round += 1) {
      await pass(5_200);
      await expectKept(isPane);
    }
  });

  it('keep hostile reasons in the failure card', async () => {
    const fill = (account: HostileAccount, say: (text: string) => string) => {
      account.aws.builds = [build(0, 'FAILED')];
      account.aws.pages = [[say(`${pieces.join('')} then error: ${pieces.join('')}`)]];
    };
    let say: Say = () => 'x';
    const { hostile, screens } = await openPair(seed, fill, (field) => say(field), ['context', 'code']);
    say = (field) => (field === 'context' || field === 'code' ? `a${hostile.text()}b` : 'x');
    await see('0a11ce00');
    type('\r');
    await see('── log');
    await pass(8_000);
    const rule = rowOf((await screens[1]?.rows()) ?? [], '── log');
    await expectKept((x, y) => (y > 1 && y < rule - 1) || (y > rule && x >= 11));
  });

  it('keep hostile errors in the banner and among the messages', async () => {
    const { hostile, accounts, screens } = await openPair(
      seed,
      (account) => {
        account.aws.builds = [build(0, 'IN_PROGRESS')];
      },
      () => 'x',
    );
    await see('0a11ce00');
    const foot = size.rows - 1;
    for (let round = 0; round < 3; round += 1) {
      // Some lines of it are equal.
      const text = () => `${hostile.text()} ${'a'.repeat(400)} ${hostile.text()}`;
      for (const [index, { aws }] of accounts.entries()) {
        const message = index === 0 ? text() : 'x';
        aws.error = { status: 400, type: `Odd${index === 0 ? text() : ''}Exception`, message };
      }
      await see('trouble');
      await pass(6_000);
      await expectKept((_, y) => y > 0 && y < foot);
    }
    type('b');
    await pass(6_000);
    type('!');
    await pass(400);
    await expectKept((_, y) => y > 0 && y < foot);
    expect(screens).toHaveLength(2);
  });

  it('keep hostile packages in their columns', async () => {
    const { hostile, screens } = await openPair(
      seed,
      (account, say) => {
        const text = createHostileText(seed + 1);
        account.aws.packages = Array.from({ length: 16 }, (_, index) => ({
          // The last two differ in nothing that can be seen.
          key:
            index < 14
              ? `packages/${index}${say(text.text())}/${say(text.text())}.zip`
              : `packages/14${say('\x01'.repeat(index - 14))}.zip`,
          profile: say(text.text()),
          modifiedAt: startTime - index * 60_000,
        }));
        account.aws.record = JSON.stringify({
          url: 'https://bucket.example/package.zip?X-Amz-Signature=1',
          expires: '2026-11-20T10:30:00+00:00',
          package_key: account.aws.packages[0]?.key,
          checksum: say(text.text()),
          filename: say(text.text()),
        });
      },
      () => 'x',
    );
    expect(hostile).toBeDefined();
    await see('No builds yet');
    type('2');
    await see('PACKAGE');
    const rows = (await screens[1]?.rows()) ?? [];
    const top = rowOf(rows, 'PACKAGE');
    const detail = rowOf(rows, '  Package ');
    const made = rows[top]?.indexOf('MADE') ?? 0;
    const sha = rows[top]?.indexOf('SHA256') ?? 0;
    const isPane = (x: number, y: number) =>
      (y > top && y < detail && (x < made || x >= sha)) || (y >= detail && y < detail + 3 && x > 9);
    await expectKept(isPane);
    for (const keys of ['j', 'jjj', 'G', 'g']) {
      type(keys);
      await pass(400);
      await expectKept(isPane);
    }
  });
});

/** Fields that the list shows. */
const texts = ['initiator', 'currentPhase', 'context', 'code', 'phase', 'version', 'compute'];
