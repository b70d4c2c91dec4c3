import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src/domain/binary-format.ts';
import { packageTree, treeRows, treeSummary } from '../../src/domain/package-tree.ts';
import { elf, pe } from '../support/programs.ts';

const file = (path: string, bytes: Buffer = Buffer.from('text')) => ({
  path,
  size: bytes.length,
  mode: 0o644,
  origin: 'here',
  sha256: 'ab',
  format: formatOf(bytes),
});

const tree = packageTree([
  file('certs/deep/a.pem'),
  file('certs/z.pem'),
  file('credential-process-linux', elf({ machine: 183 })),
  file('credential-process-windows.exe', pe()),
  file('otel-helper-macos-arm64', Buffer.from('#!/bin/sh\n')),
]);

describe('a package as a tree', () => {
  it('tells kinds, and for whom it has a sign-in program and for whom not', () => {
    expect(tree.files.map(({ kind }) => kind)).toEqual(['text', 'text', 'ELF aarch64', 'PE x64', 'script']);
    expect(tree.platforms).toEqual(['windows', 'linux-arm64']);
    expect(tree.missing).toEqual(['macos-arm64', 'macos-intel', 'linux-x64']);
    expect(treeSummary(tree)).toBe('5 files, 474 B, for windows, linux-arm64');
  });

  it.each([
    [
      true,
      [
        'package/',
        '├─ certs/',
        '│  ├─ deep/',
        '│  │  └─ a.pem',
        '│  └─ z.pem',
        '├─ credential-process-linux',
        '├─ credential-process-windows.exe',
        '└─ otel-helper-macos-arm64',
      ],
    ],
    [
      false,
      [
        'package/',
        '|- certs/',
        '|  |- deep/',
        '|  |  `- a.pem',
        '|  `- z.pem',
        '|- credential-process-linux',
        '|- credential-process-windows.exe',
        '`- otel-helper-macos-arm64',
      ],
    ],
  ])('is drawn with its branches (unicode: %s)', (isUnicode, drawn) => {
    expect(treeRows(tree, 'package', isUnicode).map(({ stem, name }) => stem + name)).toEqual(drawn);
  });

  it('has each file in one row, whatever the paths', () => {
    const part = fc.constantFrom('a', 'b', 'c.d', '__proto__', 'constructor');
    const paths = fc.uniqueArray(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    );
    fc.assert(
      fc.property(paths, (all) => {
        // A name is either a file or a folder.
        const files = all.filter((path) => !all.some((other) => other.startsWith(`${path}/`)));
        const rows = treeRows(packageTree(files.map((path) => file(path))), 'p', true);
        const shown = rows.flatMap((row) => (row.kind === 'file' ? [row.file.path] : []));
        expect(shown.sort()).toEqual(files.sort());
      }),
    );
  });
});
