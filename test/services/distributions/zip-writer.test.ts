import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { blockBytes, deflateBlock } from '../../../src/services/distributions/package/deflate-blocks.ts';
import { pack } from '../../../src/services/distributions/package/pack.ts';
import type { StagedFile } from '../../../src/services/distributions/package/staged-file.ts';
import { measureZip } from '../../../src/services/distributions/package/zip-measure.ts';
import {
  centralHeader,
  dataDescriptor,
  endRecords,
  localHeader,
  type ZipEntry,
} from '../../../src/services/distributions/package/zip-records.ts';
import type { RunContext } from '../../../src/services/distributions/run-context.ts';
import { createQuickClock } from './quick-clock.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-zip-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const hasUnzip = has('unzip', '-v');
const hasPython = has('python3', '-c', 'import zipfile');

const context: RunContext = {
  step: 'PACK',
  signal: new AbortController().signal,
  clock: createQuickClock(0),
  emit: () => {},
};

async function staged(contents: Record<string, Uint8Array>): Promise<StagedFile[]> {
  return Promise.all(
    Object.entries(contents).map(async ([path, bytes], index) => {
      const file = join(dir, `f${index}`);
      await writeFile(file, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { path, file, size: bytes.length, sha256, mode: 0o644, origin: 'test' };
    }),
  );
}

async function packed(contents: Record<string, Uint8Array>, name = 'zip'): Promise<string> {
  const zip = join(dir, name);
  await rm(zip, { force: true });
  await pack(await staged(contents), zip, context);
  return zip;
}

async function unpacked(zip: string): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  const file = await openPromise(zip, { lazyEntries: true, strictFileNames: true });
  for await (const entry of file.eachEntry()) {
    found[entry.fileName.replace('claude-code-package/', '')] = await buffer(
      await file.openReadStreamPromise(entry),
    );
  }
  return found;
}

/** Bytes of any length up to a few blocks: text, noise, both, and the edges of blocks. */
const bytes = fc
  .record({
    kind: fc.constantFrom('text', 'noise', 'both'),
    length: fc.oneof(
      fc.nat(2_000),
      fc.nat(3 * blockBytes),
      fc.constantFrom(0, blockBytes - 1, blockBytes, blockBytes + 1, 2 * blockBytes),
    ),
  })
  .map(({ kind, length }) => {
    const text = Buffer.alloc(length, 'the same words again and again, and '.repeat(7));
    if (kind === 'text') return text;
    const noise = randomBytes(length);
    return kind === 'noise'
      ? noise
      : Buffer.concat([text.subarray(0, length >> 1), noise]).subarray(0, length);
  });
const name = fc.stringMatching(/^[a-zäß漢][a-z0-9 ._ü-]{0,20}[a-z]$/);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const tree = fc.dictionary(path, bytes, { minKeys: 1, maxKeys: 6 });

describe('a zip', () => {
  it('holds what was put in, as others read it', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (contents) => {
        const zip = await packed(contents);
        const found = await unpacked(zip);
        expect(Object.keys(found).sort()).toEqual(Object.keys(contents).sort());
        for (const [path, bytes] of Object.entries(contents)) {
          expect(found[path]?.equals(bytes as Buffer)).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  const mixed = (): Record<string, Uint8Array> => ({
    'empty file': new Uint8Array(0),
    'grüße/漢字.txt': Buffer.from('short'),
    'text.txt': Buffer.alloc(3 * blockBytes + 17, 'line upon line\n'),
    'noise.bin': randomBytes(2 * blockBytes + 1),
  });

  it.skipIf(!hasUnzip)('is found good by unzip', async () => {
    const said = execFileSync('unzip', ['-t', await packed(mixed())], { encoding: 'utf8' });
    expect(said).toContain('No errors detected');
  });

  it.skipIf(!hasPython)('is read by Python, names and all', async () => {
    const contents = mixed();
    const script =
      'import hashlib,json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n' +
      'print(json.dumps({i.filename:[hashlib.sha256(z.read(i)).hexdigest(),i.external_attr>>16,i.date_time[0]] for i in z.infolist()}))';
    const said = execFileSync('python3', ['-c', script, await packed(contents)], { encoding: 'utf8' });
    const expected = Object.entries(contents).map(([path, bytes]) => [
      `claude-code-package/${path}`,
      [createHash('sha256').update(bytes).digest('hex'), 0o100644, 1980],
    ]);
    expect(JSON.parse(said)).toEqual(Object.fromEntries(expected));
  });

  it('is the same twice, and measured in the parts it is sent in', async () => {
    const contents = mixed();
    const [first, second] = [await packed(contents, 'a'), await packed(contents, 'b')];
    const bytes = await readFile(first);
    expect(bytes.equals(await readFile(second))).toBe(true);
    const measure = measureZip(100_000);
    for (let from = 0; from < bytes.length; from += 33_333)
      measure.update(bytes.subarray(from, from + 33_333));
    const { size, sha256, parts } = measure.result();
    const hashed = (part: Uint8Array) => createHash('sha256').update(part);
    expect({ size, sha256 }).toEqual({ size: bytes.length, sha256: hashed(bytes).digest('hex') });
    const expected: string[] = [];
    for (let from = 0; from < bytes.length; from += 100_000)
      expected.push(hashed(bytes.subarray(from, from + 100_000)).digest('base64'));
    expect(parts).toEqual(expected);
  });

  it('does not grow by what does not shrink', async () => {
    const noise = randomBytes(4 * blockBytes);
    expect((await readFile(await packed({ noise }))).length).toBeLessThan(noise.length + 1_000);
    const text = Buffer.alloc(4 * blockBytes, 'a line of text, and another one;\n');
    expect((await readFile(await packed({ text }))).length).toBeLessThan(text.length / 50);
  });

  it('refers back across the edge of a block', async () => {
    const block = randomBytes(8_000);
    const pieces = [
      ...(await deflateBlock(block, new Uint8Array(0), false)),
      ...(await deflateBlock(block, block, true)),
    ];
    const bytes = Buffer.concat(pieces);
    expect(inflateRawSync(bytes).equals(Buffer.concat([block, block]))).toBe(true);
    expect(bytes.length).toBeLessThan(8_500);
  });

  it('names the file that is no longer what was checked', async () => {
    const changes = [
      ['became shorter', (file: string) => truncate(file, 10)],
      ['became longer', (file: string) => appendFile(file, 'more')],
      ['changed', (file: string) => writeFile(file, Buffer.alloc(blockBytes + 5, 'y'))],
    ] as const;
    for (const [how, change] of changes) {
      const [file] = await staged({ 'bin/it': Buffer.alloc(blockBytes + 5, 'x') });
      if (!file) throw new Error('no file');
      await change(file.file);
      const zip = join(dir, 'refused');
      await rm(zip, { force: true });
      await expect(pack([file], zip, context)).rejects.toMatchObject({
        message: `bin/it ${how} while it was being packed.`,
      });
    }
  });
});

describe('records of more than 32 bits', () => {
  const gib = 1024 ** 3;
  const entry = (fields: Partial<ZipEntry>): ZipEntry => ({
    name: 'far',
    mode: 0o100755,
    method: 'stored',
    isStreamed: false,
    isLarge: false,
    crc: 0x3610a686,
    compressedSize: 5,
    size: 5,
    offset: 0,
    ...fields,
  });

  it('lead to an entry behind the fourth gibibyte', async () => {
    const far = entry({ offset: 4 * gib + 1 });
    const zip = join(dir, 'far.zip');
    const handle = await open(zip, 'w');
    // A hole: it takes no room on the disk.
    const begin = far.offset + localHeader(far).length + 5;
    const central = centralHeader(far);
    await handle.write(Buffer.concat([localHeader(far), Buffer.from('hello')]), 0, undefined, far.offset);
    await handle.write(Buffer.concat([central, endRecords(1, central.length, begin)]), 0, undefined, begin);
    await handle.close();
    const file = await openPromise(zip, { lazyEntries: true });
    for await (const found of file.eachEntry()) {
      expect(found).toMatchObject({ fileName: 'far', relativeOffsetOfLocalHeader: far.offset });
      expect((await buffer(await file.openReadStreamPromise(found))).toString()).toBe('hello');
    }
    expect(file.entryCount).toBe(1);
    if (hasPython) {
      const script = 'import sys,zipfile\nprint(zipfile.ZipFile(sys.argv[1]).read("far").decode())';
      expect(execFileSync('python3', ['-c', script, zip], { encoding: 'utf8' })).toBe('hello\n');
    }
  });

  it('tell sizes of more than four gibibytes in the directory', async () => {
    const large = entry({
      isLarge: true,
      isStreamed: true,
      method: 'deflated',
      size: 6 * gib,
      compressedSize: 5 * gib,
    });
    const local = localHeader(large);
    const central = centralHeader(large);
    const zip = join(dir, 'large.zip');
    await writeFile(zip, Buffer.concat([local, central, endRecords(1, central.length, local.length)]));
    const file = await openPromise(zip, { lazyEntries: true });
    for await (const found of file.eachEntry()) {
      expect(found).toMatchObject({ uncompressedSize: 6 * gib, compressedSize: 5 * gib });
    }
    expect(local.readUInt16LE(4)).toBe(45);
    const descriptor = dataDescriptor(large);
    expect([descriptor.readBigUInt64LE(8), descriptor.readBigUInt64LE(16)]).toEqual([
      BigInt(5 * gib),
      BigInt(6 * gib),
    ]);
  });

  it('count more than 65,535 entries', async () => {
    const central = centralHeader(entry({}));
    const count = 70_000;
    const directory = Buffer.concat(Array.from({ length: count }, () => central));
    const zip = join(dir, 'many.zip');
    await writeFile(zip, Buffer.concat([directory, endRecords(count, directory.length, 0)]));
    expect((await openPromise(zip, { lazyEntries: true })).entryCount).toBe(count);
  });
});
