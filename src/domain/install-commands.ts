import { packageRoot } from './package-names.ts';

/**
 * For any POSIX shell: downloads into a fresh temporary folder, compares the sha256, unpacks, installs, removes the
 * folder. In a subshell, so that a failure ends it and not the terminal. A small system may lack curl, unzip or
 * sha256sum (macOS has shasum): what most of them have instead is tried.
 */
export function unixInstall(url: string, checksum: string): string {
  return `(
set -e
has() { command -v "$1" >/dev/null 2>&1; }
url=${shellQuoted(url)}
folder=$(mktemp -d)
trap 'cd /; rm -rf "$folder"' EXIT
cd "$folder"
if has curl; then curl -fsSL -o package.zip "$url"
elif has wget; then wget -q -O package.zip "$url"
else python3 -c 'import sys, urllib.request as w; w.urlretrieve(sys.argv[1], "package.zip")' "$url"; fi
if has sha256sum; then sum=$(sha256sum package.zip); else sum=$(shasum -a 256 package.zip); fi
if [ "\${sum%% *}" != ${checksum} ]; then echo 'Wrong sha256: not installed.' >&2; exit 1; fi
if has unzip; then unzip -q package.zip
elif has python3; then python3 -m zipfile -e package.zip .
else bsdtar -xf package.zip; fi
cd ${packageRoot}
chmod +x install.sh
./install.sh
)`;
}

/**
 * For PowerShell 5.1 and later, as one block so that a failed step ends the rest. Version 5.1 on older systems offers
 * servers TLS 1.0 unless told otherwise; where a company restricts PowerShell's language it may not be told, and need
 * not be: what is switched on already stays.
 */
export function powershellInstall(url: string, checksum: string): string {
  return `& {
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
try { [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 'Tls12' } catch { }
$folder = Join-Path $env:TEMP ('ccwb-' + [guid]::NewGuid())
New-Item -ItemType Directory -Path $folder | Out-Null
$zip = Join-Path $folder 'package.zip'
Invoke-WebRequest -UseBasicParsing -Uri ${powershellQuoted(url)} -OutFile $zip
if ((Get-FileHash $zip -Algorithm SHA256).Hash -ne '${checksum}') { throw 'Wrong sha256: not installed.' }
Expand-Archive -Path $zip -DestinationPath $folder
Push-Location (Join-Path $folder '${packageRoot}')
try { & .\\install.bat; if ($LASTEXITCODE -ne 0) { throw 'Not installed.' } } finally { Pop-Location }
}`;
}

/**
 * For the prompt of cmd, one line. There `%3B` and the like in the quoted link stay as they are, since no variable is
 * named so; in a batch file they would be taken for arguments. curl, tar and certutil are part of Windows since 2018.
 * Only `call` hands on the exit code of a batch file to `||`, which binds weaker than `&&`: any failed step says so.
 */
export function cmdInstall(url: string, checksum: string): string {
  const folder = `"%TEMP%\\ccwb-${checksum.slice(0, 12)}"`;
  return [
    `(if not exist ${folder} mkdir ${folder})`,
    `cd /d ${folder}`,
    `curl -fsSL -o package.zip "${url}"`,
    `certutil -hashfile package.zip SHA256 | findstr /i ${checksum} >nul`,
    'tar -xf package.zip',
    `cd ${packageRoot}`,
    'call install.bat || echo Not installed.',
  ].join(' && ');
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function powershellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
