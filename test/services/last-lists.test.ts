import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLastList, writeLastList } from '../../src/services/last-lists.ts';

let root: string;
let dir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccwb-tui-test-'));
  dir = join(root, 'data', 'last-lists');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const list = { builds: [], more: false, total: 0, at: 5 };

describe('the files of the lists kept', () => {
  it('are read back under their own mark only', () => {
    writeLastList(dir, 'one', list);
    expect(readLastList(dir, 'one', 6)).toEqual(list);
    expect(readLastList(dir, 'other', 6)).toBeUndefined();
  });

  it('belong to their owner alone, and leave nothing beside them', () => {
    writeLastList(dir, 'one', list);
    expect(statSync(join(dir, 'one.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(readdirSync(dir)).toEqual(['one.json']);
  });

  it('are passed over when broken or larger than any of ours', () => {
    writeLastList(dir, 'one', list);
    writeFileSync(join(dir, 'one.json'), '{');
    expect(readLastList(dir, 'one', 6)).toBeUndefined();
    writeFileSync(join(dir, 'one.json'), ' '.repeat(2 << 20));
    expect(readLastList(dir, 'one', 6)).toBeUndefined();
  });

  it('do not become more and more', () => {
    for (let i = 0; i < 20; i++) writeLastList(dir, `mark${i}`, list);
    expect(readdirSync(dir)).toHaveLength(16);
  });

  it('are no trouble where they cannot be written', () => {
    writeFileSync(join(root, 'data'), '');
    expect(() => writeLastList(dir, 'one', list)).not.toThrow();
  });
});
