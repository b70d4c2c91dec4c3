import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import type { DistributionEvent } from '../../../src/domain/distribution.ts';
import { pack } from '../../../src/services/distributions/package/pack.ts';
import {
  type StagedFile,
  stageText,
  writeMeasured,
} from '../../../src/services/distributions/package/staged-file.ts';
import type { RunContext } from '../../../src/services/distributions/run-context.ts';
import { createQuickClock } from './quick-clock.ts';

let dir: string;
let files: StagedFile[];
let events: DistributionEvent[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-pack-'));
  events = [];
  const texts = {
    'README.md': 'read me',
    'claude-settings/settings.json': '{}',
    'install.sh': 'x\n'.repeat(100_000),
  };
  files = await Promise.all(
    Object.entries(texts).map(([path, text], index) =>
      stageText(text, { path, file: join(dir, `f${index}`), origin: 'test' }),
    ),
  );
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const context = (signal = new AbortController().signal): RunContext => ({
  step: 'PACK',
  signal,
  clock: createQuickClock(0),
  emit: (event) => events.push(event),
});

describe('packing', () => {
  it('writes one zip, hashed on its way, and tells how far it is', async () => {
    const zip = join(dir, 'zip');
    const { size, sha256 } = await pack(files, zip, context());
    const bytes = await readFile(zip);
    expect(bytes.length).toBe(size);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    const total = files.reduce((sum, file) => sum + file.size, 0);
    expect(events.at(-1)).toEqual({ kind: 'progress', step: 'PACK', done: total, total });
    expect((await stat(zip)).mode & 0o777).toBe(0o600);
  });

  it('writes over nothing that lies in its way, and through no link', async () => {
    const other = join(dir, 'other');
    await writeFile(other, 'mine');
    await symlink(other, join(dir, 'zip'));
    await expect(pack(files, join(dir, 'zip'), context())).rejects.toThrow();
    const staged = { path: 'a', file: join(dir, 'zip'), origin: 'test' };
    await expect(stageText('theirs', staged)).rejects.toThrow();
    await writeMeasured(Readable.from(['theirs']), join(dir, 'zip'), new AbortController().signal);
    expect(await readFile(join(dir, 'zip'), 'utf8')).toBe('theirs');
    expect(await readFile(other, 'utf8')).toBe('mine');
  });

  it('writes Unix modes and a time that is the same everywhere', async () => {
    await pack(files, join(dir, 'zip'), context());
    const zip = await openPromise(join(dir, 'zip'), { lazyEntries: true });
    for await (const entry of zip.eachEntry()) {
      expect(entry.fileName.startsWith('claude-code-package/')).toBe(true);
      const mode = entry.fileName.endsWith('install.sh') ? 0o100755 : 0o100644;
      expect(entry.externalFileAttributes >>> 16).toBe(mode);
      expect(entry.versionMadeBy >>> 8).toBe(3);
      // 1 January 1980, midnight, by the fields of the zip itself.
      expect([entry.lastModFileDate, entry.lastModFileTime]).toEqual([0x21, 0]);
      expect(entry.extraFields).toEqual([]);
    }
  });

  it('writes the same bytes of the same files', async () => {
    const first = await pack(files, join(dir, 'a'), context());
    const second = await pack(files, join(dir, 'b'), context());
    expect(second).toEqual(first);
  });

  it.each([
    ['shorter', (file: StagedFile) => truncate(file.file, 10)],
    ['other', (file: StagedFile) => writeFile(file.file, 'y\n'.repeat(100_000))],
    ['missing', (file: StagedFile) => rm(file.file)],
  ])('fails where a file has become %s since it was looked at', async (_, change) => {
    const victim = files[2];
    if (!victim) throw new Error('no file');
    await change(victim);
    await expect(pack(files, join(dir, 'zip'), context())).rejects.toThrow();
  });

  it('stops where it is cancelled on the way', async () => {
    const cancel = new AbortController();
    const watched = context(cancel.signal);
    watched.emit = () => cancel.abort();
    await expect(pack(files, join(dir, 'zip'), watched)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
