/** The folder inside the zip (ccwb from its second generation on; the first had the files at the zip's root). */
export const packageRoot = 'claude-code-package';

/** Platforms in the names of binaries; `linux` is the generic name that ccwb's first generation built. */
export const packagePlatforms = [
  'windows',
  'macos-arm64',
  'macos-intel',
  'linux-x64',
  'linux-arm64',
  'linux',
] as const;

export type PackagePlatform = (typeof packagePlatforms)[number];

export const binaryKinds = ['credential-process', 'otel-helper'] as const;

export type BinaryKind = (typeof binaryKinds)[number];

/** What a file of a package is for. */
export type PackageRole =
  | { kind: BinaryKind; platform: PackagePlatform }
  | { kind: 'installer' | 'config' | 'settings' | 'readme' | 'companion' | 'extra' };

/** `credential-process-linux-x64`, `otel-helper-windows.exe`, …: the names ccwb's build specifications give them. */
export function binaryName(kind: BinaryKind, platform: PackagePlatform): string {
  return `${kind}-${platform}${platform === 'windows' ? '.exe' : ''}`;
}

export const checksumsName = 'checksums.txt';

const roles: ReadonlyMap<string, PackageRole> = new Map<string, PackageRole>([
  ...binaryKinds.flatMap((kind) =>
    packagePlatforms.map((platform): [string, PackageRole] => [
      binaryName(kind, platform),
      { kind, platform },
    ]),
  ),
  ['install.sh', { kind: 'installer' }],
  ['install.bat', { kind: 'installer' }],
  ['config.json', { kind: 'config' }],
  ['README.md', { kind: 'readme' }],
  ['claude-settings/settings.json', { kind: 'settings' }],
  ['.claude/settings.json', { kind: 'settings' }],
  // What the installers of ccwb 2 look for beside themselves.
  ...[
    'ccwb-install.ps1',
    'collector-config.yaml',
    'otel-helper.sh',
    'otel-helper.ps1',
    'otel-helper.cmd',
    'cowork-3p.reg',
    'cowork-3p.mobileconfig',
    'cowork-3p-config.json',
  ].map((name): [string, PackageRole] => [name, { kind: 'companion' }]),
]);

/** Leading folders that a path may have in a zip or a build's output. */
const wrappers = [`${packageRoot}/`, 'dist/'];

/**
 * Path inside the package of a path inside a zip or a folder: without `./` and the known outer folders.
 * Undefined for folders and for {@link unsafePath unsafe} paths.
 */
export function packagePath(path: string): string | undefined {
  let inner = path.replaceAll('\\', '/');
  while (inner.startsWith('./')) inner = inner.slice(2);
  if (inner === '' || inner.endsWith('/') || unsafePath(inner) !== undefined) return undefined;
  for (const wrapper of wrappers)
    if (inner.startsWith(wrapper)) return inner.slice(wrapper.length) || undefined;
  return inner;
}

/** What a path inside the package is for; undefined where it does not belong there. */
export function packageRole(path: string, extraFiles: readonly string[] = []): PackageRole | undefined {
  const role = roles.get(path);
  if (role) return role;
  if (path === checksumsName || unsafePath(path) !== undefined) return undefined;
  return extraFiles.some((extra) => isOfExtra(path, extra)) ? { kind: 'extra' } : undefined;
}

/** Whether a path inside the package is an entry of a profile's `extra_files`, or lies in the folder it names. */
export function isOfExtra(path: string, extra: string): boolean {
  const name = packagePath(extra.replace(/[\\/]+$/, ''));
  return name !== undefined && (path === name || path.startsWith(`${name}/`));
}

/** True for what is started by the one who installs: it must be executable whatever the build machine said. */
export function mustBeExecutable(path: string): boolean {
  const role = roles.get(path);
  return role !== undefined && ('platform' in role || path.endsWith('.sh'));
}

/** Permission bits in the package: 0755 for what is executable here or must be, 0644 for the rest. */
export function packageMode(path: string, mode: number): number {
  return mustBeExecutable(path) || (mode & 0o111) !== 0 ? 0o755 : 0o644;
}

/**
 * Why a path in a stranger's zip marks the whole zip as one not to trust; undefined where it does not.
 * Nothing of such a zip is unpacked, not even the entries with good names.
 */
export function hostilePath(path: string): string | undefined {
  if (path.length > 400) return 'a name longer than 400 characters';
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return 'a name with control characters';
  if (/[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(path)) {
    return 'a name with invisible characters';
  }
  const normal = path.replaceAll('\\', '/');
  if (normal.startsWith('/') || /^[a-z]:/i.test(normal)) return 'an absolute path';
  if (normal.split('/').includes('..')) return 'a path that leads out of its folder';
  const inner = normal.replace(/^(\.\/)+/, '');
  return inner === '' ? undefined : otherName(inner);
}

const windowsDevices = /^(con|conin\$|conout\$|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i;

/** Why Windows would read a path as that of another file, which has another name wherever it is checked. */
function otherName(path: string): string | undefined {
  const parts = path.replace(/\/$/, '').split('/');
  if (parts.some((part) => part === '' || part === '.')) return 'a path with an empty part';
  if (path.includes(':')) return 'a name that means a stream of another file on Windows';
  if (parts.some((part) => windowsDevices.test(part) || /[. ]$/.test(part))) {
    return 'a name that means another file on Windows';
  }
  return undefined;
}

/** Characters that Windows takes in a name, and but for a few in the whole path of a file. */
const mostOnWindows = 255;

/**
 * Why a path can be no path of a package: it is {@link hostilePath hostile}, or no file can have it on Windows,
 * where the package is unpacked too. Undefined where it can.
 */
export function unsafePath(path: string): string | undefined {
  const bad = hostilePath(path) ?? otherName(path.replaceAll('\\', '/'));
  if (bad !== undefined) return bad;
  if (path.includes('\\')) return 'a name with a backslash, which parts folders on Windows';
  if (/[*?"<>|]/.test(path)) return 'a name with characters that Windows gives a meaning';
  if (path.length > mostOnWindows)
    return `a path longer than ${mostOnWindows} characters, more than Windows takes`;
  return undefined;
}
