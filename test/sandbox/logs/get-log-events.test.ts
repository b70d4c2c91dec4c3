import { describe, expect, test } from 'vitest';
import { type Event, group, openLogs, start } from './harness.ts';

const stream = '0b0c9a3e-6f0e-4f0f-9f3c-1d2e3f405162';
const notFound = { code: 'ResourceNotFoundException', status: 400 };
const invalid = { code: 'InvalidParameterException', status: 400 };

const numbers = (events: Event[]): number[] => events.map(({ message }) => Number(message.split(' ')[1]));
const count = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('GetLogEvents', () => {
  test('knows no group and no stream before its build is provisioned', async () => {
    const logs = await openLogs();
    await expect(logs.get({ logStreamName: stream })).rejects.toMatchObject({
      ...notFound,
      message: 'The specified log group does not exist.',
    });
    logs.store.createStream(group, 'another');
    await expect(logs.get({ logStreamName: stream })).rejects.toMatchObject({
      ...notFound,
      message: 'The specified log stream does not exist.',
    });
    logs.store.createStream(group, stream);
    expect((await logs.get({ logStreamName: stream })).events).toEqual([]);
  });

  test('is followed by its forward token: equal at the end, another when there is more', async () => {
    const logs = await openLogs();
    logs.store.createStream(group, stream);
    const empty = await logs.get({ logStreamName: stream, startFromHead: true });
    const follow = (nextToken: string) => logs.get({ logStreamName: stream, startFromHead: true, nextToken });
    expect(await follow(empty.nextForwardToken)).toMatchObject({
      events: [],
      nextForwardToken: empty.nextForwardToken,
    });
    await logs.fill(stream, 3);
    await logs.clock.advance(60_000);
    const first = await follow(empty.nextForwardToken);
    expect(first.events).toEqual([
      { timestamp: start, message: `${stream} 0\n`, ingestionTime: start },
      { timestamp: start + 1, message: `${stream} 1\n`, ingestionTime: start },
      { timestamp: start + 2, message: `${stream} 2\n`, ingestionTime: start },
    ]);
    expect(first.nextForwardToken).not.toBe(empty.nextForwardToken);
    expect(first.nextForwardToken).toMatch(/^f\/\d{56}\/s$/);
    expect(first.nextBackwardToken).toMatch(/^b\/\d{56}\/s$/);
    expect(await follow(first.nextForwardToken)).toMatchObject({
      events: [],
      nextForwardToken: first.nextForwardToken,
    });
  });

  test('gives ten thousand events a page, every one once', async () => {
    const logs = await openLogs();
    await logs.fill(stream, 25_000);
    const sizes: number[] = [];
    const seen: number[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await logs.get({ logStreamName: stream, startFromHead: true, nextToken });
      sizes.push(page.events.length);
      seen.push(...page.events.map(({ timestamp }) => timestamp - start));
      if (page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
    }
    expect(sizes).toEqual([10_000, 10_000, 5_000, 0]);
    expect(seen).toEqual(count(0, 25_000));
  });

  test('begins at the end by default and goes backwards to the head, where the token comes back', async () => {
    const logs = await openLogs();
    await logs.fill('build', 10);
    const input = { logStreamName: 'build', limit: 4 };
    const last = await logs.get(input);
    expect(numbers(last.events)).toEqual([6, 7, 8, 9]);
    const middle = await logs.get({ ...input, nextToken: last.nextBackwardToken });
    expect(numbers(middle.events)).toEqual([2, 3, 4, 5]);
    const first = await logs.get({ ...input, nextToken: middle.nextBackwardToken });
    expect(numbers(first.events)).toEqual([0, 1]);
    const none = await logs.get({ ...input, nextToken: first.nextBackwardToken });
    expect(none).toMatchObject({ events: [], nextBackwardToken: first.nextBackwardToken });
  });

  test('lets the two directions meet: forward from the last page finds what came since', async () => {
    const logs = await openLogs();
    await logs.fill('build', 5);
    const last = await logs.get({ logStreamName: 'build', limit: 2 });
    await logs.fill('build', 3, start + 100);
    const next = await logs.get({
      logStreamName: 'build',
      startFromHead: true,
      nextToken: last.nextForwardToken,
    });
    expect(next.events.map(({ timestamp }) => timestamp - start)).toEqual([100, 101, 102]);
    const back = await logs.get({ logStreamName: 'build', nextToken: next.nextBackwardToken });
    expect(back.events.map(({ timestamp }) => timestamp - start)).toEqual([0, 1, 2, 3, 4]);
  });

  test('wants startFromHead with a forward token', async () => {
    const logs = await openLogs();
    await logs.fill(stream, 1);
    const { nextForwardToken: nextToken } = await logs.get({ logStreamName: stream });
    for (const startFromHead of [undefined, false, null]) {
      await expect(logs.get({ logStreamName: stream, nextToken, startFromHead })).rejects.toMatchObject(
        invalid,
      );
    }
  });

  test('has startTime inclusive and endTime exclusive, from both ends', async () => {
    const logs = await openLogs();
    await logs.fill('build', 10);
    const range = { logStreamName: 'build', startTime: start + 3, endTime: start + 7 };
    expect(numbers((await logs.get({ ...range, startFromHead: true })).events)).toEqual([3, 4, 5, 6]);
    const tail = await logs.get({ ...range, limit: 3 });
    expect(numbers(tail.events)).toEqual([4, 5, 6]);
    const before = await logs.get({ ...range, nextToken: tail.nextBackwardToken });
    expect(numbers(before.events)).toEqual([3]);
    const end = await logs.get({ ...range, nextToken: before.nextBackwardToken });
    expect(end).toMatchObject({ events: [], nextBackwardToken: before.nextBackwardToken });
  });

  test('a range that holds nothing yet is followed into it', async () => {
    const logs = await openLogs();
    await logs.fill('build', 3);
    const range = { logStreamName: 'build', startTime: start + 100, startFromHead: true };
    const none = await logs.get(range);
    expect(none.events).toEqual([]);
    await logs.fill('build', 2, start + 99);
    const some = await logs.get({ ...range, nextToken: none.nextForwardToken });
    expect(some.events.map(({ timestamp }) => timestamp - start)).toEqual([100]);
  });

  test('refuses a token that is none, another stream’s, changed, or older than a day', async () => {
    const logs = await openLogs();
    await logs.fill(stream, 2);
    await logs.fill('another', 2);
    const { nextForwardToken: token } = await logs.get({ logStreamName: stream });
    const ask = (nextToken: string, logStreamName = stream) =>
      logs.get({ logStreamName, startFromHead: true, nextToken });
    const changed = token.replace(/\d(?=\/s)/, (digit) => String((Number(digit) + 1) % 10));
    for (const wrong of ['nonsense', 'f/1/s', 'f/', changed, token.replace('/s', '')]) {
      await expect(ask(wrong), wrong).rejects.toMatchObject(invalid);
    }
    await expect(ask(token, 'another')).rejects.toMatchObject(invalid);
    await logs.clock.advance(24 * 3_600_000);
    expect((await ask(token)).events).toEqual([]);
    await logs.clock.advance(1);
    await expect(ask(token)).rejects.toMatchObject({ ...invalid, message: expect.stringMatching(/expired/) });
  });

  test('survives a restart with its tokens', async () => {
    const logs = await openLogs();
    await logs.fill(stream, 5);
    const { nextBackwardToken: nextToken } = await logs.get({ logStreamName: stream, limit: 2 });
    await logs.close();
    const again = await openLogs({ dir: logs.dir, clock: logs.clock });
    const page = await again.get({ logStreamName: stream, nextToken });
    expect(page.events.map(({ timestamp }) => timestamp - start)).toEqual([0, 1, 2]);
    await again.store.append(group, stream, [{ timestamp: start + 9, message: 'after\n' }]);
    expect((await again.get({ logStreamName: stream })).events).toHaveLength(6);
  });

  test('keeps the order of writing, and raises a time that went back', async () => {
    const logs = await openLogs();
    const append = (timestamp: number, message: string) =>
      logs.store.append(group, stream, [{ timestamp, message }]);
    await append(start + 5, 'first\n');
    await append(start + 2, 'second\n');
    const { events } = await logs.get({ logStreamName: stream });
    expect(events.map(({ timestamp, message }) => [timestamp - start, message])).toEqual([
      [5, 'first\n'],
      [5, 'second\n'],
    ]);
  });

  test('takes the group by name or ARN, and one of them only', async () => {
    const logs = await openLogs();
    await logs.fill(stream, 1);
    const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${group}`;
    for (const logGroupIdentifier of [group, arn]) {
      const input = { logGroupName: undefined, logGroupIdentifier, logStreamName: stream };
      expect((await logs.get(input)).events).toHaveLength(1);
    }
    await expect(logs.get({ logGroupIdentifier: arn, logStreamName: stream })).rejects.toMatchObject(invalid);
    await expect(logs.get({ logGroupName: undefined, logStreamName: stream })).rejects.toMatchObject(invalid);
    const elsewhere = arn.replace('us-east-1', 'eu-west-1');
    await expect(
      logs.get({ logGroupName: undefined, logGroupIdentifier: elsewhere, logStreamName: stream }),
    ).rejects.toMatchObject(notFound);
  });

  test.each([
    [{}, 'InvalidParameterException'],
    [{ logStreamName: '' }, 'InvalidParameterException'],
    [{ logStreamName: 'a:b' }, 'InvalidParameterException'],
    [{ logStreamName: 'x'.repeat(513) }, 'InvalidParameterException'],
    [{ logStreamName: stream, logGroupName: 'with space' }, 'InvalidParameterException'],
    [{ logStreamName: stream, limit: 0 }, 'InvalidParameterException'],
    [{ logStreamName: stream, limit: 10_001 }, 'InvalidParameterException'],
    [{ logStreamName: stream, startTime: -1 }, 'InvalidParameterException'],
    [{ logStreamName: stream, logGroupIdentifier: 'group:*' }, 'InvalidParameterException'],
    [{ logStreamName: stream, nextToken: '' }, 'InvalidParameterException'],
    [{ logStreamName: 5 }, 'SerializationException'],
    [{ logStreamName: stream, limit: '5' }, 'SerializationException'],
    [{ logStreamName: stream, startFromHead: 'true' }, 'SerializationException'],
    [{ logStreamName: stream, startTime: {} }, 'SerializationException'],
    [{ logStreamName: [stream] }, 'SerializationException'],
  ])('refuses %j with %s', async (input, code) => {
    const logs = await openLogs();
    await logs.fill(stream, 1);
    await expect(logs.get(input)).rejects.toMatchObject({ code });
  });
});
