import { type BinaryFormat, shortFormat } from './binary-format.ts';
import { formatBytes } from './format.ts';
import { packageRole } from './package-names.ts';
import { platformsServed, type RealPlatform, realPlatforms } from './package-platform.ts';
import { displayWidth, padEnd } from './width.ts';

/** A file of a package as CHECK saw it. `kind` in words for a column: `PE x64`, `script`, `text`, … */
export type TreeFile = {
  path: string;
  /** Bytes. */
  size: number;
  mode: number;
  origin: string;
  /** Hex. */
  sha256: string;
  kind: string;
};

/** What a package holds, and for whom. */
export type PackageTree = {
  /** Sorted by path. */
  files: readonly TreeFile[];
  /** Platforms with a sign-in program. */
  platforms: readonly RealPlatform[];
  /** Platforms without one. */
  missing: readonly RealPlatform[];
};

/**
 * The tree of these files.
 * @param refused paths that no package is made with: a program among them serves no platform
 */
export function packageTree(
  files: readonly (Omit<TreeFile, 'kind'> & { format: BinaryFormat })[],
  refused: ReadonlySet<string> = new Set(),
): PackageTree {
  const served = new Set(
    files.flatMap(({ path, format }): readonly RealPlatform[] => {
      const role = refused.has(path) ? undefined : packageRole(path);
      return role?.kind === 'credential-process' ? platformsServed(role.platform, format) : [];
    }),
  );
  return {
    files: files.map(({ path, size, mode, origin, sha256, format }) => {
      return { path, size, mode, origin, sha256, kind: shortFormat(format) };
    }),
    platforms: realPlatforms.filter((platform) => served.has(platform)),
    missing: realPlatforms.filter((platform) => !served.has(platform)),
  };
}

/** `12 files, 31 MiB, for windows and linux-x64`. */
export function treeSummary({ files, platforms }: PackageTree): string {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return `${files.length} files, ${formatBytes(size)}, for ${platforms.join(', ') || 'no platform'}`;
}

/** A row of the drawn tree: a folder, or a file with its figures. `stem` are the lines before the name. */
export type TreeRow = { stem: string; name: string } & (
  | { kind: 'folder' }
  | { kind: 'file'; file: TreeFile }
);

const lines = {
  unicode: { tee: '├─ ', last: '└─ ', pipe: '│  ', gap: '   ' },
  ascii: { tee: '|- ', last: '`- ', pipe: '|  ', gap: '   ' },
} as const;

/** The files below `root` as a tree, in the order of their paths, each row with its branches. */
export function treeRows(tree: PackageTree, root: string, isUnicode: boolean): TreeRow[] {
  const glyphs = lines[isUnicode ? 'unicode' : 'ascii'];
  const rowsOf = (folder: Folder, stem: string): TreeRow[] => {
    const entries = [...folder];
    return entries.flatMap(([name, entry], index): TreeRow[] => {
      const isLast = index === entries.length - 1;
      const own = `${stem}${isLast ? glyphs.last : glyphs.tee}`;
      if (!(entry instanceof Map)) return [{ stem: own, name, kind: 'file', file: entry }];
      const inner = rowsOf(entry, `${stem}${isLast ? glyphs.gap : glyphs.pipe}`);
      return [{ stem: own, name: `${name}/`, kind: 'folder' }, ...inner];
    });
  };
  return [{ stem: '', name: `${root}/`, kind: 'folder' }, ...rowsOf(nested(tree.files), '')];
}

type Folder = Map<string, Folder | TreeFile>;

function nested(files: readonly TreeFile[]): Folder {
  const root: Folder = new Map();
  for (const file of files) {
    const parts = file.path.split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      const there = folder.get(part);
      // A file of that name makes way: CHECK refuses what holds both.
      const next: Folder = there instanceof Map ? there : new Map();
      folder.set(part, next);
      folder = next;
    }
    folder.set(name, file);
  }
  return root;
}

/** The tree in lines of plain text with sizes and kinds, and for whom the package is and is not. */
export function treeText(tree: PackageTree, root: string, isUnicode: boolean): string[] {
  const rows = treeRows(tree, root, isUnicode);
  const width = Math.max(...rows.map(({ stem, name }) => displayWidth(stem + name)));
  const drawn = rows.map((row) => {
    if (row.kind === 'folder') return row.stem + row.name;
    const { size, kind } = row.file;
    return `${padEnd(row.stem + row.name, width)}  ${formatBytes(size).padStart(8)}  ${kind}`;
  });
  return [...drawn, ...platformLines(tree)];
}

/** For whom the package has a sign-in program, and for whom not. */
export function platformLines({ platforms, missing }: PackageTree): string[] {
  return [
    `Signs in on: ${platforms.join(', ') || 'nothing'}`,
    ...(missing.length > 0 ? [`Has nothing for: ${missing.join(', ')}`] : []),
  ];
}
