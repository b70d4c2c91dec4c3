import { appendFile, mkdir, open, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxMessageBytes } from '../../../src/sandbox/logs/record.ts';
import { newStreamFile, openStreamFile, type StreamFile } from '../../../src/sandbox/logs/stream-file.ts';
import type { LogEvent } from '../../../src/sandbox/logs/types.ts';
import { temporaryDir } from './harness.ts';

const all = 1_000_000;

async function messages(file: StreamFile): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const page = await file.from(found.length, all);
    if (page.length === 0) return found;
    found.push(...page.map(({ message }) => message));
  }
}

/** The stream as a plain list: what {@link StreamFile} must agree with. */
function model(events: readonly LogEvent[]): { timestamp: number; message: string; sequence: number }[] {
  let last = 0;
  return events.map(({ timestamp, message }, sequence) => {
    last = Math.max(last, timestamp);
    return { timestamp: last, message: Buffer.from(message).toString(), sequence };
  });
}

const event = fc.record({
  timestamp: fc.integer({ min: 0, max: 60 }),
  message: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'x'.repeat(40_000), 'é🚀\n')),
});

describe('the file of a stream', () => {
  test('agrees with a plain list, before and after it is opened anew', async () => {
    const dir = await temporaryDir();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(event, { maxLength: 8 }), { maxLength: 8 }),
        fc.nat(70),
        fc.integer({ min: 1, max: 70 }),
        fc.nat(65),
        async (batches, position, limit, time) => {
          runs += 1;
          const path = join(dir, `${runs}.log`);
          const written = newStreamFile(path, 1_000);
          for (const batch of batches) await written.append(batch, 2_000);
          const expected = model(batches.flat());
          const place = Math.min(position, expected.length);
          const check = async (file: StreamFile): Promise<void> => {
            const plain = (events: Awaited<ReturnType<StreamFile['from']>>) =>
              events.map(({ timestamp, message, sequence }) => ({ timestamp, message, sequence }));
            expect(plain(await file.from(place, limit))).toEqual(expected.slice(place, place + limit));
            expect(plain(await file.before(place, limit))).toEqual(
              expected.slice(Math.max(place - limit, 0), place),
            );
            const first = expected.findIndex(({ timestamp }) => timestamp >= time);
            expect(await file.firstAt(time)).toBe(first === -1 ? expected.length : first);
            expect(file.facts()).toMatchObject({ createdAt: 1_000, count: expected.length });
            expect(file.facts().span?.lastTimestamp).toBe(expected.at(-1)?.timestamp);
          };
          await check(written);
          await written.settle();
          await check(await openStreamFile(path, 0));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('cuts off the torn end that a crash left, and goes on there', async () => {
    const path = join(await temporaryDir(), 'torn.log');
    const written = newStreamFile(path, 1);
    await written.append([{ timestamp: 1, message: 'one' }], 1);
    await written.append([{ timestamp: 2, message: 'two' }], 2);
    await written.settle();
    const { size } = await stat(path);
    for (let lost = 1; lost < 16 + 'two'.length; lost += 1) {
      await truncate(path, size - lost);
      const reopened = await openStreamFile(path, 0);
      expect(await messages(reopened)).toEqual(['one']);
      await reopened.append([{ timestamp: 3, message: 'two' }], 3);
      await reopened.settle();
      expect((await stat(path)).size).toBe(size);
    }
  });

  test('takes nothing behind a record for one that is none', async () => {
    const path = join(await temporaryDir(), 'garbage.log');
    const written = newStreamFile(path, 1);
    await written.append([{ timestamp: 1, message: 'one' }], 1);
    await written.settle();
    await appendFile(path, Buffer.alloc(64, 0xff));
    expect(await messages(await openStreamFile(path, 0))).toEqual(['one']);
  });

  test('starts over where the crash left not even the head, and refuses a stranger’s file', async () => {
    const path = join(await temporaryDir(), 'short.log');
    await (await open(path, 'w')).close();
    const file = await openStreamFile(path, 5);
    expect(file.facts()).toEqual({ createdAt: 5, count: 0, bytes: 0 });
    await file.settle();
    await appendFile(path, 'and more');
    await truncate(path, 0);
    await appendFile(path, 'something quite different');
    await expect(openStreamFile(path, 0)).rejects.toThrow(/is not the file of a log stream/);
  });

  test('splits a message that is longer than an event may be, between characters', async () => {
    const path = join(await temporaryDir(), 'long.log');
    const file = newStreamFile(path, 1);
    const message = `${'x'.repeat(maxMessageBytes - 1)}é${'y'.repeat(10)}`;
    await file.append([{ timestamp: 1, message }], 1);
    expect(await messages(file)).toEqual([message.slice(0, -11), message.slice(-11)]);
    await file.settle();
  });

  test('fills a page to its bytes and no further, from either end', async () => {
    const path = join(await temporaryDir(), 'pages.log');
    const file = newStreamFile(path, 1);
    const message = 'x'.repeat(100_000 - 26);
    await file.append(
      Array.from({ length: 25 }, (_, index) => ({ timestamp: index, message })),
      1,
    );
    expect((await file.from(3, all)).map(({ sequence }) => sequence)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    expect((await file.before(24, all)).map(({ sequence }) => sequence)).toEqual([
      14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
    ]);
    await file.settle();
  });

  test('holds a writer back while the disk is behind, and loses nothing', async () => {
    const path = join(await temporaryDir(), 'behind.log');
    const file = newStreamFile(path, 1);
    const batch = Array.from({ length: 100 }, () => ({ timestamp: 1, message: 'x'.repeat(4_000) }));
    const answers = Array.from({ length: 10 }, () => file.append(batch, 1));
    expect(answers.slice(0, 2)).toEqual([undefined, undefined]);
    expect(answers.at(-1)).toBeInstanceOf(Promise);
    await Promise.all(answers);
    expect(await messages(file)).toHaveLength(1_000);
    await file.settle();
  });

  test('says when it cannot be written, and goes on where it can be again', async () => {
    const dir = await temporaryDir();
    const path = join(dir, 'group', 'stream.log');
    await appendFile(join(dir, 'group'), 'a file in the place of the folder');
    const file = newStreamFile(path, 1);
    const event = { timestamp: 1, message: 'x'.repeat(2 * 1024 ** 2) };
    await expect(Promise.resolve(file.append([event], 1))).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(() => file.append([event], 1)).toThrow(/EEXIST|ENOTDIR/);
    await rm(join(dir, 'group'));
    await mkdir(join(dir, 'group'));
    await file.settle();
    expect((await messages(file)).join('')).toBe(event.message);
    expect(file.facts().count).toBe(3);
  });
});
