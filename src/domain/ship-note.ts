import type { Distribution } from './distribution.ts';
import { formatUtc } from './format.ts';
import { expiryReason } from './link-life.ts';
import { packageRole, packageRoot } from './package-names.ts';

export type ShipNoteOptions = {
  place: 'aws' | 'sandbox';
  /** IANA name of the zone that "local" means. */
  timeZone: string;
};

type NoteFacts = Pick<
  Distribution,
  'url' | 'expiresAt' | 'expiryCause' | 'checksum' | 'filename' | 'size' | 'verified' | 'builds'
> & { files: readonly { path: string }[] };

/**
 * What an administrator pastes into a chat: the link whole on a line of its own, when it really stops working, how
 * to tell that the file is the right one, and commands that download, verify and install. Ends with a line end.
 */
export function shipNote(distribution: NoteFacts, options: ShipNoteOptions): string {
  const { url, checksum, filename, size } = distribution;
  const systems = installSystems(distribution.files);
  const commands = [
    ...(systems.unix ? [['macOS and Linux, in a terminal:', unixInstall(url, checksum)]] : []),
    ...(systems.windows
      ? [
          ['Windows, in PowerShell:', powershellInstall(url, checksum)],
          ['Windows, in a command prompt:', cmdInstall(url, checksum)],
        ]
      : []),
  ];
  const missing = [...(systems.unix ? [] : ['macOS and Linux']), ...(systems.windows ? [] : ['Windows'])];
  const lines = [
    'Sign-in for Claude Code with Amazon Bedrock',
    '',
    url,
    '',
    ...(options.place === 'sandbox' ? ['The link is the sandbox’s: it works on this machine only.'] : []),
    `Works until ${localTime(distribution.expiresAt, options.timeZone)}`,
    `       that is ${formatUtc(distribution.expiresAt)}, ${expiryReason(distribution.expiryCause)}`,
    `File   ${filename}, ${size.toLocaleString('en-US')} bytes`,
    `sha256 ${checksum}`,
    ...(distribution.builds.length > 0 ? [`Built  ${distribution.builds.join(', ')}`] : []),
    `Tested ${distribution.verified}`,
    ...(missing.length > 0 ? [`Holds nothing for ${missing.join(', ')}.`] : []),
    '',
    ...commands.flatMap(([title, command]) => [`${title}`, '', `${command}`, '']),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Which systems a package has sign-in programs for. */
export function installSystems(files: readonly { path: string }[]): { unix: boolean; windows: boolean } {
  const platforms = files.flatMap(({ path }) => {
    const role = packageRole(path);
    return role?.kind === 'credential-process' ? [role.platform] : [];
  });
  return {
    unix: platforms.some((platform) => platform !== 'windows'),
    windows: platforms.includes('windows'),
  };
}

/**
 * For any POSIX shell: downloads into a fresh temporary folder, compares the sha256, unpacks, installs. In a subshell,
 * so that a failure ends it and not the terminal; `unzip` is missing on small systems, Python often is not.
 */
export function unixInstall(url: string, checksum: string): string {
  return `(
set -e
cd "$(mktemp -d)"
curl -fsSL -o package.zip ${shellQuoted(url)}
sum=$(sha256sum package.zip 2>/dev/null || shasum -a 256 package.zip)
if [ "\${sum%% *}" != ${checksum} ]; then echo 'Wrong sha256: not installed.' >&2; exit 1; fi
unzip -q package.zip 2>/dev/null || python3 -m zipfile -e package.zip .
cd ${packageRoot}
chmod +x install.sh
./install.sh
)`;
}

/** For PowerShell 5.1 and later, as one block so that a failed step ends the rest. */
export function powershellInstall(url: string, checksum: string): string {
  return `& {
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = 'Tls12'
$folder = Join-Path $env:TEMP ('ccwb-' + [guid]::NewGuid())
New-Item -ItemType Directory -Path $folder | Out-Null
$zip = Join-Path $folder 'package.zip'
Invoke-WebRequest -UseBasicParsing -Uri ${powershellQuoted(url)} -OutFile $zip
if ((Get-FileHash $zip -Algorithm SHA256).Hash -ne '${checksum}') { throw 'Wrong sha256: not installed.' }
Expand-Archive -Path $zip -DestinationPath $folder
Push-Location (Join-Path $folder '${packageRoot}')
try { & .\\install.bat } finally { Pop-Location }
}`;
}

/** For cmd, one line: at its prompt `%` in the quoted link stays as it is, since no variable is named so. */
export function cmdInstall(url: string, checksum: string): string {
  const folder = `"%TEMP%\\ccwb-${checksum.slice(0, 12)}"`;
  return [
    `(if not exist ${folder} mkdir ${folder})`,
    `cd /d ${folder}`,
    `curl -fsSL -o package.zip "${url}"`,
    `certutil -hashfile package.zip SHA256 | findstr /i ${checksum} >nul`,
    'tar -xf package.zip',
    `cd ${packageRoot}`,
    'install.bat || echo Not installed.',
  ].join(' && ');
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function powershellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `2026-11-22 11:30 (Europe/Berlin)`. */
function localTime(at: number, timeZone: string): string {
  // The Swedish locale writes ISO dates.
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
    at,
  );
  return `${text} (${timeZone})`;
}
