import { describe, expect, test } from 'vitest';
import { group, openLogs, start } from './harness.ts';

const invalid = { code: 'InvalidParameterException' };

describe('DescribeLogStreams', () => {
  test('tells what a stream holds', async () => {
    const logs = await openLogs();
    await logs.clock.advance(5);
    logs.store.createStream(group, 'build');
    const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${group}:log-stream:build`;
    const fresh = { logStreamName: 'build', creationTime: start + 5, arn, storedBytes: 0 };
    expect((await logs.streams({})).logStreams).toEqual([fresh]);
    await logs.clock.advance(1_000);
    await logs.fill('build', 3, start + 500);
    expect((await logs.streams({})).logStreams).toEqual([
      {
        ...fresh,
        firstEventTimestamp: start + 500,
        lastEventTimestamp: start + 502,
        lastIngestionTime: start + 1_005,
      },
    ]);
  });

  test('orders by name or by the last event, up or down, and filters by prefix', async () => {
    const logs = await openLogs();
    await logs.fill('b', 1, start + 1);
    await logs.fill('c', 1, start);
    await logs.fill('ab', 1, start + 2);
    logs.store.createStream(group, 'a');
    const names = async (input: object) =>
      (await logs.streams(input)).logStreams.map(({ logStreamName }) => logStreamName);
    expect(await names({})).toEqual(['a', 'ab', 'b', 'c']);
    expect(await names({ descending: true })).toEqual(['c', 'b', 'ab', 'a']);
    expect(await names({ orderBy: 'LastEventTime' })).toEqual(['a', 'c', 'b', 'ab']);
    expect(await names({ orderBy: 'LastEventTime', descending: true, limit: 1 })).toEqual(['ab']);
    expect(await names({ logStreamNamePrefix: 'a' })).toEqual(['a', 'ab']);
    await expect(logs.streams({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' })).rejects.toMatchObject(
      invalid,
    );
    await expect(logs.streams({ orderBy: 'Size' })).rejects.toMatchObject(invalid);
  });

  test('pages by fifty, each stream once', async () => {
    const logs = await openLogs();
    const all = Array.from({ length: 120 }, (_, index) => `stream-${String(index).padStart(3, '0')}`);
    for (const name of all) logs.store.createStream(group, name);
    const found: unknown[] = [];
    const sizes: number[] = [];
    let nextToken: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof logs.streams>> = await logs.streams({ nextToken });
      found.push(...page.logStreams.map(({ logStreamName }) => logStreamName));
      sizes.push(page.logStreams.length);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(sizes).toEqual([50, 50, 20]);
    expect(found).toEqual(all);
    const first = await logs.streams({});
    await expect(logs.streams({ descending: true, nextToken: first.nextToken })).rejects.toMatchObject(
      invalid,
    );
    await expect(logs.streams({ limit: 51 })).rejects.toMatchObject(invalid);
  });

  test('knows no group before the first build', async () => {
    const logs = await openLogs();
    await expect(logs.streams({})).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('DescribeLogGroups', () => {
  test('names the groups by prefix or part, with their size', async () => {
    const logs = await openLogs();
    expect((await logs.groups({})).logGroups).toEqual([]);
    await logs.fill('build', 2);
    const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${group}`;
    const described = {
      logGroupName: group,
      creationTime: start,
      metricFilterCount: 0,
      arn: `${arn}:*`,
      logGroupArn: arn,
      storedBytes: 2 * ('build 0\n'.length + 26),
      logGroupClass: 'STANDARD',
    };
    expect((await logs.groups({})).logGroups).toEqual([described]);
    expect((await logs.groups({ logGroupNamePrefix: '/aws/codebuild/' })).logGroups).toEqual([described]);
    expect((await logs.groups({ logGroupNamePattern: 'linux' })).logGroups).toEqual([described]);
    expect((await logs.groups({ logGroupNamePrefix: 'linux' })).logGroups).toEqual([]);
    await expect(logs.groups({ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' })).rejects.toMatchObject(
      invalid,
    );
  });
});
