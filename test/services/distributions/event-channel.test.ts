import { describe, expect, it } from 'vitest';
import { createEventChannel } from '../../../src/services/distributions/event-channel.ts';

const numbers = () => createEventChannel<number>((next, last) => next >= 10 && last >= 10);

async function drain(channel: AsyncIterable<number>): Promise<number[]> {
  const values: number[] = [];
  for await (const value of channel) values.push(value);
  return values;
}

describe('a channel of events', () => {
  it('gives everything in order, what came before the reader too', async () => {
    const channel = numbers();
    channel.push(1);
    const read = drain(channel);
    channel.push(2);
    await Promise.resolve();
    channel.push(3);
    channel.close();
    expect(await read).toEqual([1, 2, 3]);
  });

  it('drops what a newer value replaces while nobody reads, and nothing else', async () => {
    const channel = numbers();
    for (const value of [1, 10, 11, 12, 2, 13, 14]) channel.push(value);
    channel.close();
    expect(await drain(channel)).toEqual([1, 12, 2, 14]);
  });

  it('gives what was pushed before it throws', async () => {
    const channel = numbers();
    channel.push(1);
    channel.close(new Error('over'));
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const value of channel) seen.push(value);
      })(),
    ).rejects.toThrow('over');
    expect(seen).toEqual([1]);
  });

  it('ends once: the first end counts', async () => {
    const channel = numbers();
    channel.close();
    channel.close(new Error('late'));
    expect(await drain(channel)).toEqual([]);
  });
});
