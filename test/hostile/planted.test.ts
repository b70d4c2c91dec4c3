import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import type { Services } from '../../src/domain/ports/services.ts';
import { sanitiseLogLine, sanitiseText } from '../../src/domain/sanitise.ts';
import {
  type HostileAccount,
  hex,
  openHostileAccount,
  openTime,
  startTime,
  type Time,
} from './support/account.ts';
import { createHostileText, seeds } from './support/hostile-text.ts';
import { strangeInPrinted } from './support/strict-terminal.ts';

/**
 * Holes planted on purpose: the same search, over services that clean a little less than the real ones. Each must be
 * found within the seeds that are not random; else the search would find nothing in the real ones either.
 */
const fixed = seeds.slice(0, -1);
let time: Time;
let account: HostileAccount;
let hostile = createHostileText(0);
/** What was last said for a field, as it went over the wire. */
let said = new Map<string, string>();

beforeAll(async () => {
  time = openTime();
  account = await openHostileAccount(time, (field) => {
    const text = hostile.text();
    said.set(field, text);
    return text;
  });
});
afterAll(async () => {
  await account.close();
  time.stop();
});

/** Cleans all but the characters of `forgotten`, which stay where they are. */
const forgetting =
  (forgotten: RegExp, clean = sanitiseText) =>
  (text: string) =>
    text
      .split(new RegExp(`(${forgotten.source})`, 'u'))
      .reduce((out, part) => out + (forgotten.test(part) ? part : clean(part)), '');

const weakCleaners: Record<string, (text: string) => string> = {
  'that forgets C1': forgetting(/[\x80-\x9f]/),
  'that lets a lone ESC pass': forgetting(/\x1b/),
  'that lets DEL pass': forgetting(/\x7f/),
  'that lets SO and SI pass': forgetting(/[\x0e\x0f]/),
  'that lets a backspace pass': forgetting(/[\b]/),
  'that lets a carriage return pass': forgetting(/\r/),
  'that forgets bidirectional controls': forgetting(/[\u202a-\u202e\u2066-\u2069]/),
  'that forgets zero widths': forgetting(/[\u200b-\u200d\u2060\ufeff]/),
  'that forgets line separators': forgetting(/[\u2028\u2029]/),
  'that forgets tags': forgetting(/[\u{e0000}-\u{e007f}]/u),
  'that forgets lone surrogates': forgetting(/\p{Cs}/u),
  'that does not count combining marks': (text) => sanitiseText(text) + (text.match(/\p{M}+/u)?.[0] ?? ''),
  'that drops only what ends': (text) => text.replace(/\x1b\][^\x07]*\x07|\x1b\[[0-9;]*[a-z]/gi, ''),
};
const weakLogCleaners: Record<string, (text: string) => string> = {
  'that keeps conceal': (text) => `${text.includes('\x1b[8m') ? '\x1b[8m' : ''}${sanitiseLogLine(text)}`,
  'that keeps colours with colons': (text) =>
    (text.match(/\x1b\[[\d:;]*m/)?.[0] ?? '') + sanitiseLogLine(text),
  'that keeps private modes': (text) => (text.match(/\x1b\[\?[\d;]*[hl]/)?.[0] ?? '') + sanitiseLogLine(text),
};

function fill(seed: number): void {
  hostile = createHostileText(seed);
  said = new Map();
  account.aws.builds = [{ uuid: `0${hex}`, status: 'FAILED', startedAt: startTime - 3_600_000 }];
  account.aws.pages = [Array.from({ length: 150 }, hostile.text)];
}

/** The real services but for one field of a build, which is cleaned by `clean`. */
const withField = (change: (build: Build) => Build) => (services: Services) => ({
  ...services,
  builds: {
    ...services.builds,
    resolve: async (...of: Parameters<Services['builds']['resolve']>) =>
      change(await services.builds.resolve(...of)),
  },
});

/** The real services but for the lines of a log. */
const withLog = (clean: (text: string) => string) => (services: Services) => ({
  ...services,
  logs: {
    async *follow(...of: Parameters<Services['logs']['follow']>) {
      const raw = account.aws.pages.flat();
      for await (const update of services.logs.follow(...of)) {
        if (update.kind !== 'lines') yield update;
        else
          yield {
            ...update,
            lines: update.lines.map((line) => ({ ...line, text: clean(raw.shift() ?? '') })),
          };
      }
    },
  },
});

async function search(
  line: string,
  wrap: (services: Services) => Services,
  color: boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const seed of fixed) {
    fill(seed);
    // One build says few things: many answers make up for it.
    for (let tries = 0; tries < (line.startsWith('logs') ? 1 : 12) && found.length === 0; tries += 1) {
      const { out } = await account.command(`${line} 0${hex}`, { color, wrap });
      found.push(...[strangeInPrinted(out, color)].filter((strange) => strange !== undefined));
    }
  }
  return found;
}

describe('the search for holes', () => {
  it.each(Object.entries(weakCleaners))('finds a cleaner of log lines %s', async (_, clean) => {
    expect(await search('logs', withLog(clean), false)).not.toEqual([]);
  });

  it.each(Object.entries(weakLogCleaners))('finds a cleaner of colours %s', async (_, clean) => {
    expect(await search('logs', withLog(clean), true)).not.toEqual([]);
  });

  it.each([
    ['initiator', (build: Build, raw: string): Build => ({ ...build, initiator: raw })],
    [
      'artifact',
      (build: Build, raw: string): Build => ({ ...build, status: 'SUCCEEDED', artifact: { location: raw } }),
    ],
    [
      'context',
      (build: Build, raw: string): Build => ({
        ...build,
        phases: build.phases.map((phase) => ({ ...phase, contexts: [{ code: 'X', message: raw }] })),
      }),
    ],
  ])('finds a service that forgets the field %s', async (field, change) => {
    const wrap = withField((build) => change(build, said.get(field) ?? ''));
    expect(await search('build', wrap, false)).not.toEqual([]);
  });

  it('finds nothing in the real ones', async () => {
    expect(await search('logs', (services) => services, true)).toEqual([]);
    expect(await search('build', (services) => services, false)).toEqual([]);
  });
});
