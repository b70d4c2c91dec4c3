import { describe, expect, it } from 'vitest';
import type { CommandContext, Io } from '../../src/commands/context.ts';
import { packageCells } from '../../src/commands/link-text.ts';
import { columnsThatFit, tableText } from '../../src/commands/table.ts';
import type { PackageEntry } from '../../src/domain/distribution.ts';

const now = Date.UTC(2026, 10, 20, 10, 30);

const io = (): Io => ({
  out: async () => {},
  err: () => {},
  confirm: undefined,
  color: false,
  unicode: true,
  timeZone: 'UTC',
});

function entry(key: string, change: Partial<PackageEntry> = {}): PackageEntry {
  const filename = key.slice(key.lastIndexOf('/') + 1);
  return {
    key,
    filename,
    state: 'valid',
    size: 31 * 1024 ** 2,
    modifiedAt: now - 86_400_000,
    expiresAt: now + 47 * 3_600_000 + 59 * 60_000,
    checksum: 'ab'.repeat(32),
    platforms: ['windows', 'macos-arm64', 'linux-x64'],
    builds: ['claude-code-auth-windows-build:ed83a8bb-006a-49a2-8ca6-95d913e8164d'],
    ...change,
  } as PackageEntry;
}

const ours = (stamp: string) => `packages/${stamp}/claude-code-package-${stamp}.zip`;

const list = [
  entry(ours('20261119-103000')),
  entry(ours('20261118-103000'), { state: 'expiring', covered: 'deleted' }),
  entry(ours('20261117-103000'), { state: 'revoked' }),
];

const cells = (entries = list, on = io()) =>
  entries.map((it) => packageCells(it, { io: on, clock: { now: () => now } } as unknown as CommandContext));

describe('the list of packages', () => {
  it.each([
    [80, ['Package', 'Link', 'Until', 'Made', 'Size']],
    [120, ['Package', 'Link', 'Until', 'Made', 'Size', 'Platforms']],
  ])('has in %i columns whole what tells most', (columns, headings) => {
    expect(columnsThatFit(cells(list.slice(0, 1)), columns)).toEqual(headings);
  });

  it('names a package as short as other commands take it, and what is none of ours by its key', () => {
    const others = [entry('packages/windows/latest.zip'), entry('packages/x/y.zip')];
    expect(cells([...list, ...others]).map(({ Package: name }) => name)).toEqual([
      '20261119-103000',
      '20261118-103000',
      '20261117-103000',
      'packages/windows/latest.zip',
      'packages/x/y.zip',
    ]);
  });

  it('in a pipe has every value whole, a tab between, and no padding', async () => {
    const [headings = '', ...rows] = (await tableText(cells(), io())).trimEnd().split('\n');
    expect(rows).toHaveLength(list.length);
    for (const [index, row] of rows.entries()) {
      const byName = Object.fromEntries(row.split('\t').map((cell, at) => [headings.split('\t')[at], cell]));
      expect(byName).toMatchObject({
        Package: list[index]?.key.split('/')[1],
        Key: list[index]?.key,
        sha256: 'ab'.repeat(32),
        Builds: list[index]?.builds?.[0],
      });
      expect(row).not.toMatch(/ {2}| \t|[│ ]$/);
    }
  });
});
