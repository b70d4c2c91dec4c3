import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FilterPage, type FoundEvent, group, openLogs, start } from './harness.ts';

const invalid = { code: 'InvalidParameterException' };

/** All pages of a search. */
async function pages(ask: (input: object) => Promise<FilterPage>, input: object): Promise<FilterPage[]> {
  const found: FilterPage[] = [];
  let nextToken: string | undefined;
  do {
    const page: FilterPage = await ask({ ...input, ...(nextToken ? { nextToken } : {}) });
    found.push(page);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

const texts = (found: readonly FilterPage[]): string[] =>
  found.flatMap(({ events }) => events.map(({ message }) => message.trim()));

describe('FilterLogEvents', () => {
  test('merges the streams of a group by time, however they are paged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(9)), { maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        async (written, limit, newestFirst) => {
          const logs = await openLogs();
          logs.store.createStream(group, 'empty');
          const expected: { key: [number, string, number]; text: string }[] = [];
          const last = new Map<string, number>();
          written.forEach(([stream, offset], index) => {
            const timestamp = Math.max(start + offset, last.get(stream) ?? 0);
            last.set(stream, timestamp);
            expected.push({ key: [timestamp, stream, index], text: `${stream}${index}` });
            void logs.store.append(group, stream, [{ timestamp, message: `${stream}${index}\n` }]);
          });
          expected.sort(
            ({ key: a }, { key: b }) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] - b[2]),
          );
          if (newestFirst) expected.reverse();
          const direction = newestFirst ? { startFromHead: false, startTime: start } : {};
          const found = await pages(logs.filter, { limit, ...direction });
          expect(texts(found)).toEqual(expected.map(({ text }) => text));
          const ids = found.flatMap(({ events }) => events.map(({ eventId }) => eventId));
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('gives whole events, and an empty list of searched streams', async () => {
    const logs = await openLogs();
    await logs.fill('build', 1);
    const { events, ...rest } = await logs.filter({});
    expect(rest).toEqual({ searchedLogStreams: [] });
    expect(events).toEqual([
      {
        logStreamName: 'build',
        timestamp: start,
        message: 'build 0\n',
        ingestionTime: start,
        eventId: expect.stringMatching(/^\d{56}$/),
      },
    ]);
  });

  test('has both ends of the time range inclusive', async () => {
    const logs = await openLogs();
    await logs.fill('build', 10);
    const found = await logs.filter({ startTime: start + 3, endTime: start + 7 });
    expect(found.events.map(({ timestamp }) => timestamp - start)).toEqual([3, 4, 5, 6, 7]);
  });

  test('fills a page to ten thousand events or a megabyte', async () => {
    const logs = await openLogs();
    await logs.fill('small', 12_000);
    const many = await pages(logs.filter, {});
    expect(many.map(({ events }) => events.length)).toEqual([10_000, 2_000]);
    const message = 'x'.repeat(300_000);
    for (let index = 0; index < 7; index += 1) {
      await logs.store.append(group, 'large', [{ timestamp: start, message }]);
    }
    const large = await pages(logs.filter, { logStreamNames: ['large'] });
    expect(large.map(({ events }) => events.length)).toEqual([3, 3, 1]);
  });

  test('gives an empty page with a token where a long search has found nothing yet', async () => {
    const logs = await openLogs();
    await logs.fill('build', 60_000);
    const found = await pages(logs.filter, { filterPattern: '59999' });
    expect(found.map(({ events }) => events.length)).toEqual([0, 1]);
    expect(found[1]?.events[0]?.timestamp).toBe(start + 59_999);
  });

  test('searches the named streams, or those of a prefix, or all', async () => {
    const logs = await openLogs();
    for (const stream of ['windows/1', 'windows/2', 'linux/1']) await logs.fill(stream, 1);
    const streams = async (input: object) =>
      (await logs.filter(input)).events.map((event: FoundEvent) => event.logStreamName);
    expect(await streams({})).toEqual(['linux/1', 'windows/1', 'windows/2']);
    expect(await streams({ logStreamNamePrefix: 'windows/' })).toEqual(['windows/1', 'windows/2']);
    expect(await streams({ logStreamNames: ['windows/2', 'linux/1'] })).toEqual(['linux/1', 'windows/2']);
    await expect(logs.filter({ logStreamNames: ['gone'] })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(
      logs.filter({ logStreamNames: ['linux/1'], logStreamNamePrefix: 'l' }),
    ).rejects.toMatchObject(invalid);
  });

  test('finds by terms, and binds a token to its search', async () => {
    const logs = await openLogs();
    const lines = ['ERROR one', 'error two', 'ERROR three', 'WARN four'];
    await logs.store.append(
      group,
      'build',
      lines.map((message, index) => ({ timestamp: start + index, message })),
    );
    const search = { filterPattern: 'ERROR', limit: 1 };
    expect(texts(await pages(logs.filter, search))).toEqual(['ERROR one', 'ERROR three']);
    const { nextToken } = await logs.filter(search);
    await expect(logs.filter({ ...search, filterPattern: 'WARN', nextToken })).rejects.toMatchObject(invalid);
    await expect(logs.filter({ ...search, nextToken: 'nonsense' })).rejects.toMatchObject(invalid);
    await logs.clock.advance(24 * 3_600_000 + 1);
    await expect(logs.filter({ ...search, nextToken })).rejects.toMatchObject(invalid);
  });

  test('reads newest first only for times from 2024 on, and keeps the direction of its token', async () => {
    const logs = await openLogs();
    await logs.fill('build', 4);
    await expect(logs.filter({ startFromHead: false })).rejects.toMatchObject(invalid);
    const search = { startFromHead: false, startTime: start, limit: 3 };
    const first = await logs.filter(search);
    expect(texts([first])).toEqual(['build 3', 'build 2', 'build 1']);
    const rest = await logs.filter({ startTime: start, nextToken: first.nextToken });
    expect(texts([rest])).toEqual(['build 0']);
  });

  test.each([
    [{ logStreamNames: [] }, 'InvalidParameterException'],
    [{ logStreamNames: Array.from({ length: 101 }, () => 's') }, 'InvalidParameterException'],
    [{ limit: 10_001 }, 'InvalidParameterException'],
    [{ filterPattern: 'x'.repeat(1_025) }, 'InvalidParameterException'],
    [{ filterPattern: '{ $.level = "error" }' }, 'InvalidParameterException'],
    [{ logStreamNames: 'build' }, 'SerializationException'],
    [{ logStreamNames: [1] }, 'SerializationException'],
    [{ logGroupName: '/aws/codebuild/other' }, 'ResourceNotFoundException'],
  ])('refuses %j with %s', async (input, code) => {
    const logs = await openLogs();
    await logs.fill('build', 1);
    await expect(logs.filter(input)).rejects.toMatchObject({ code });
  });
});
