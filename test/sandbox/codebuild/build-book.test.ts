import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBuildBook } from '../../../src/sandbox/codebuild/build-book.ts';
import { beginPhase, newRecord } from '../../../src/sandbox/codebuild/record.ts';
import { temporaryDir } from './harness.ts';

const record = (uuid: string, number = 1) =>
  newRecord({
    uuid,
    project: 'p',
    number,
    initiator: 'sandbox',
    startedAt: 1_000,
    wishes: { variables: [] },
  });

describe('the book of builds', () => {
  test('keeps every change, the last one in the end', async () => {
    const dir = await temporaryDir();
    const book = await openBuildBook(dir);
    await book.add(record('u'));
    for (let change = 1; change <= 500; change += 1) {
      book.update('u', (one) => beginPhase(one, `PHASE_${change}`, 1_000 + change));
    }
    await book.saved('u');
    const again = await openBuildBook(dir);
    expect(again.get('u')).toEqual(book.get('u'));
    expect(again.get('u')?.phases).toHaveLength(502);
  });

  test('lists the newest first, also those of one moment', async () => {
    const book = await openBuildBook(await temporaryDir());
    await book.add(record('a', 1));
    await book.add(record('c', 3));
    await book.add(record('b', 2));
    expect(book.all().map(({ uuid }) => uuid)).toEqual(['c', 'b', 'a']);
  });

  test('forgets a build that cannot be written', async () => {
    const dir = join(await temporaryDir(), 'builds');
    const book = await openBuildBook(dir);
    await rm(dir, { recursive: true });
    await expect(book.add(record('u'))).rejects.toThrow(/ENOENT/);
    expect(book.all()).toEqual([]);
  });

  test('says when a change cannot be written, and writes it when it can be again', async () => {
    const dir = join(await temporaryDir(), 'builds');
    const book = await openBuildBook(dir);
    await book.add(record('u'));
    await rm(dir, { recursive: true });
    book.update('u', (one) => beginPhase(one, 'BUILD', 2_000));
    await expect(book.saved('u')).rejects.toThrow(/ENOENT/);
    await mkdir(dir);
    book.update('u', (one) => beginPhase(one, 'POST_BUILD', 3_000));
    await book.saved('u');
    expect((await openBuildBook(dir)).get('u')?.phases.at(-1)?.type).toBe('POST_BUILD');
  });

  test('removes for good, also a build that is just being written', async () => {
    const dir = await temporaryDir();
    const book = await openBuildBook(dir);
    await book.add(record('u'));
    book.update('u', (one) => beginPhase(one, 'BUILD', 2_000));
    await book.remove('u');
    await book.remove('never there');
    book.update('u', (one) => beginPhase(one, 'POST_BUILD', 3_000));
    expect((await openBuildBook(dir)).all()).toEqual([]);
  });

  test('takes a file under another build’s name for broken', async () => {
    const dir = await temporaryDir();
    await writeFile(join(dir, 'other.json'), JSON.stringify(record('u')));
    expect((await openBuildBook(dir)).all()).toEqual([]);
    expect(JSON.parse(await readFile(join(dir, 'other.json.broken'), 'utf8')).uuid).toBe('u');
  });
});
