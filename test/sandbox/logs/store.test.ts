import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { group, openLogs, start } from './harness.ts';

const line = (message: string) => [{ timestamp: start, message }];

describe('the store of logs', () => {
  test('keeps the order of what is appended while a stream of an earlier start is opened', async () => {
    const logs = await openLogs();
    await logs.store.append(group, 'build', line('before'));
    await logs.close();
    const again = await openLogs({ dir: logs.dir, clock: logs.clock });
    const appended = ['1', '2', '3'].map((text) => again.store.append(group, 'build', line(text)));
    await Promise.all(appended);
    await again.store.append(group, 'build', line('4'));
    const { events } = await again.get({ logStreamName: 'build' });
    expect(events.map(({ message }) => message)).toEqual(['before', '1', '2', '3', '4']);
  });

  test('creating a stream that is there changes nothing, also after a restart', async () => {
    const logs = await openLogs();
    await logs.fill('build', 2);
    logs.store.createStream(group, 'build');
    await logs.close();
    const again = await openLogs({ dir: logs.dir, clock: logs.clock });
    again.store.createStream(group, 'build');
    expect((await again.get({ logStreamName: 'build' })).events).toHaveLength(2);
  });

  test('knows the last sign of life of a stream', async () => {
    const logs = await openLogs();
    expect(await logs.store.lastEventAt(group, 'build')).toBeUndefined();
    logs.store.createStream(group, 'build');
    expect(await logs.store.lastEventAt(group, 'build')).toBeUndefined();
    await logs.fill('build', 5);
    expect(await logs.store.lastEventAt(group, 'build')).toBe(start + 4);
  });

  test('removes a stream for good, also one that is just being written', async () => {
    const logs = await openLogs();
    await logs.fill('kept', 1);
    const written = logs.store.append(group, 'gone', line('x'.repeat(3 * 1024 ** 2)));
    await logs.store.remove(group, 'gone');
    await written;
    await logs.store.remove(group, 'never there');
    await expect(logs.get({ logStreamName: 'gone' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await logs.store.settle(group, 'kept');
    const [folder = ''] = await readdir(logs.dir);
    expect(await readdir(join(logs.dir, folder))).toEqual(['kept.log']);
  });

  test('keeps names that mean something to a file system to themselves', async () => {
    const logs = await openLogs();
    for (const stream of ['..', '.', 'a/b', 'ü%2F', 'nul\0']) await logs.fill(stream, 1);
    await logs.close();
    expect(await readdir(logs.dir)).toHaveLength(1);
    const again = await openLogs({ dir: logs.dir, clock: logs.clock });
    const { logStreams } = await again.streams({});
    expect(logStreams.map(({ logStreamName }) => logStreamName)).toEqual(['.', '..', 'a/b', 'nul\0', 'ü%2F']);
  });
});
