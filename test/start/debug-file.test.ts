import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDebugFile } from '../../src/start/debug-file.ts';
import { createHostileText, seeds } from '../hostile/support/hostile-text.ts';
import { strangeInPrinted } from '../hostile/support/strict-terminal.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-debug-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the debug file', () => {
  it.each(seeds)('holds no control, whatever went wrong, seed %i', async (seed) => {
    const path = join(dir, 'debug.log');
    const debug = openDebugFile(path, () => 0);
    const hostile = createHostileText(seed);
    for (let count = 0; count < 200; count += 1) debug(hostile.message());
    const written = await readFile(path, 'utf8');
    expect(strangeInPrinted(written)).toBeUndefined();
    // Whoever writes line feeds into it writes no entries.
    expect(written.split('\n').filter((line) => line.startsWith('1970-01-01T'))).toHaveLength(200);
    for (const line of written.trimEnd().split('\n')) expect(line).toMatch(/^(?:1970-01-01T| {2})/);
  });

  it('holds no secret, and only its owner reads it', async () => {
    const path = join(dir, 'debug.log');
    openDebugFile(path, () => 0)('cause: Error\n  at x?X-Amz-Signature=abc&y\n  Bearer \u200babc.def');
    expect(await readFile(path, 'utf8')).toBe(
      '1970-01-01T00:00:00.000Z cause: Error\n    at x?X-Amz-Signature=***&y\n    Bearer ***\n',
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});
