import { editAwsConfig, nameStronger } from './package-aws-profile-bat.ts';
import type { InstalledProfile } from './package-config.ts';

/**
 * The installer for Windows: a batch file that leaves to PowerShell (part of every supported Windows) what batch
 * cannot do. May be run again. Inside the quoted PowerShell text there is neither `%` nor `"`, which cmd would read.
 */
export function installBat(profiles: readonly InstalledProfile[]): string {
  const setUp = profiles.flatMap(({ name, region }) => [
    `set "PROFILE_NAME=${name}"`,
    `set "PROFILE_REGION=${region ?? ''}"`,
    `${powershell(editAwsConfig)} || goto :failed`,
    `echo Set up the AWS profile ${name}`,
    `${powershell(nameStronger)} || set "OVERRULED=yes"`,
  ]);
  const first = profiles[0]?.name ?? 'ClaudeCode';
  const lines = [...head, ...setUp, '', ...tail].map((line) => line.replaceAll('@PROFILE@', first));
  return lines.map((line) => `${line}\r\n`).join('');
}

function powershell(statements: readonly string[]): string {
  const text = ["$ErrorActionPreference = 'Stop'", ...statements].join('; ');
  return `powershell -NoProfile -ExecutionPolicy Bypass -Command "${text}"`;
}

const verify = [
  '$listed = @()',
  "foreach ($line in [IO.File]::ReadAllLines((Resolve-Path -LiteralPath 'checksums.txt').Path)) { " +
    "if ($line) { $sum, $path = $line -split '  ', 2; $listed += $path; " +
    'if ((Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash -ne $sum) ' +
    "{ Write-Host ('Damaged: ' + $path); exit 1 } } }",
  // What nobody can say to be right is not installed either.
  "foreach ($path in 'credential-process-windows.exe', 'otel-helper-windows.exe', 'config.json', " +
    "'claude-settings/settings.json', '.claude/settings.json') { " +
    'if ((Test-Path -LiteralPath $path) -and -not ($listed -ccontains $path)) ' +
    "{ Write-Host ('Not in checksums.txt: ' + $path); exit 1 } }",
];

/** What came by a browser is marked, and Windows asks before it starts any of it. */
const unblock = ["Get-ChildItem -LiteralPath $env:BIN_DIR -Filter '*.exe' | Unblock-File"];

const writeSettings = [
  "$folder = Join-Path $env:USERPROFILE '.claude'",
  'New-Item -ItemType Directory -Force -Path $folder > $null',
  "$file = Join-Path $folder 'settings.json'",
  "$otel = ($env:BIN_DIR + '\\otel-helper.exe').Replace('\\', '\\\\')",
  "$process = ($env:BIN_DIR + '\\credential-process.exe').Replace('\\', '\\\\')",
  '$text = [IO.File]::ReadAllText((Resolve-Path -LiteralPath $env:SETTINGS).Path)',
  // A helper that is not there would be called all the time. Only a line of its own is taken out.
  "if (-not (Test-Path -LiteralPath ($env:BIN_DIR + '\\otel-helper.exe'))) { " +
    "$text = $text -replace '(?m)^\\s*\\x22otelHeadersHelper\\x22: \\x22__OTEL_HELPER_PATH__\\x22,\\r?\\n', '' }",
  "$text = $text.Replace('__OTEL_HELPER_PATH__', $otel).Replace('__CREDENTIAL_PROCESS_PATH__', $process)",
  "if (-not (Test-Path -LiteralPath $file)) { [IO.File]::WriteAllText($file, $text); Write-Host ('Wrote ' + $file) } " +
    'elseif ([IO.File]::ReadAllText($file) -cne $text) ' +
    "{ [IO.File]::WriteAllText($file + '.new', $text); " +
    "Write-Host ('Kept your ' + $file + '; take over what you need from settings.json.new beside it') }",
];

const head = [
  '@echo off',
  'rem Installs the sign-in for Claude Code on Windows. May be run again at any time.',
  'setlocal EnableExtensions DisableDelayedExpansion',
  'cd /d "%~dp0" || goto :failed',
  'set "BIN_DIR=%USERPROFILE%\\claude-code-with-bedrock"',
  'set "OVERRULED="',
  '',
  'rem What was unpacked is what was packed.',
  'if not exist "checksums.txt" goto :unchecked',
  `${powershell(verify)} || goto :damaged`,
  'goto :checked',
  ':unchecked',
  'echo No checksums.txt: the files are not checked.',
  ':checked',
  '',
  'if not exist "credential-process-windows.exe" goto :nothing',
  'if not exist "%BIN_DIR%" mkdir "%BIN_DIR%" || goto :failed',
  'copy /y "credential-process-windows.exe" "%BIN_DIR%\\credential-process.exe" >nul || goto :failed',
  'if not exist "otel-helper-windows.exe" goto :config',
  'copy /y "otel-helper-windows.exe" "%BIN_DIR%\\otel-helper.exe" >nul || goto :failed',
  ':config',
  'if not exist "config.json" goto :profiles',
  'copy /y "config.json" "%BIN_DIR%\\config.json" >nul || goto :failed',
  ':profiles',
  `${powershell(unblock)} || goto :failed`,
  'echo Installed the programs in "%BIN_DIR%"',
  '',
];

const tail = [
  'set "SETTINGS="',
  'if exist ".claude\\settings.json" set "SETTINGS=.claude\\settings.json"',
  'if exist "claude-settings\\settings.json" set "SETTINGS=claude-settings\\settings.json"',
  'if not defined SETTINGS goto :signin',
  `${powershell(writeSettings)} || goto :failed`,
  '',
  ':signin',
  'if defined CCWB_SKIP_SIGN_IN goto :untested',
  '"%BIN_DIR%\\credential-process.exe" --profile @PROFILE@ | findstr /c:"AccessKeyId" >nul || goto :nosignin',
  'if defined OVERRULED goto :overruled',
  'echo Installed. Signing in works.',
  'exit /b 0',
  '',
  ':overruled',
  'echo Installed. The sign-in itself works, but AWS programs may not use it: see ATTENTION above.',
  'exit /b 0',
  '',
  ':untested',
  'echo Installed. The sign-in was not tested.',
  'exit /b 0',
  '',
  ':nosignin',
  'echo Installed, but signing in did not work. Try again with:',
  'echo   set AWS_PROFILE=@PROFILE@',
  'echo   aws sts get-caller-identity',
  'exit /b 0',
  '',
  ':nothing',
  'echo This package has no programs for Windows. 1>&2',
  'exit /b 1',
  '',
  ':damaged',
  'echo Files of this package are damaged or missing: nothing was installed. Download it again. 1>&2',
  'exit /b 1',
  '',
  ':failed',
  'echo The installation stopped with the error above. 1>&2',
  'exit /b 1',
];
