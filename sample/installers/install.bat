@echo off
rem Installs the sign-in programs for the current user. Running it again changes nothing more.
setlocal EnableExtensions DisableDelayedExpansion
cd /d "%~dp0"
set "BIN_DIR=%USERPROFILE%\claude-code-with-bedrock"
set "PROFILE_NAME=ClaudeCode"
set "OVERRULED="

if not exist "credential-process-windows.exe" goto :missing
if exist "checksums.txt" (
  powershell -NoProfile -ExecutionPolicy Bypass -Command "$ErrorActionPreference = 'Stop'; $listed = @(); foreach ($line in Get-Content checksums.txt) { $sum, $name = $line -split '  ', 2; $listed += $name; if ((Test-Path -LiteralPath $name) -and (Get-FileHash -LiteralPath $name -Algorithm SHA256).Hash -ne $sum) { Write-Host ($name + ' is damaged: get the package again'); exit 1 } }; foreach ($name in 'credential-process-windows.exe', 'otel-helper-windows.exe', 'config.json') { if ((Test-Path -LiteralPath $name) -and -not ($listed -ccontains $name)) { Write-Host ($name + ' is not in checksums.txt: get the package again'); exit 1 } }" || exit /b 1
  echo The checksums are right.
)

if not exist "%BIN_DIR%" mkdir "%BIN_DIR%" || goto :failed
copy /y "credential-process-windows.exe" "%BIN_DIR%\credential-process.exe" >nul || goto :failed
if exist "otel-helper-windows.exe" copy /y "otel-helper-windows.exe" "%BIN_DIR%\otel-helper.exe" >nul || goto :failed
if exist "config.json" copy /y "config.json" "%BIN_DIR%\config.json" >nul || goto :failed
echo Installed in %BIN_DIR%

rem Sets the two keys of our profile; every other line of the file stays as it is.
powershell -NoProfile -ExecutionPolicy Bypass -Command "$ErrorActionPreference = 'Stop'; $env:PROFILE_REGION = 'us-east-1'; if (Test-Path 'config.json') { $found = [regex]::Match((Get-Content -Raw 'config.json'), '\x22aws_region\x22\s*:\s*\x22([a-z0-9-]+)\x22'); if ($found.Success) { $env:PROFILE_REGION = $found.Groups[1].Value } }; $file = if ($env:AWS_CONFIG_FILE) { $env:AWS_CONFIG_FILE } else { Join-Path $env:USERPROFILE '.aws\config' }; New-Item -ItemType Directory -Force -Path (Split-Path $file) > $null; $bytes = [Text.Encoding]::GetEncoding(28591); $old = if (Test-Path -LiteralPath $file) { $bytes.GetString([IO.File]::ReadAllBytes($file)) } else { '' }; $end = if ($old -match '^[^\r\n]*\n') { [string][char]10 } else { [Environment]::NewLine }; $name = $env:PROFILE_NAME; $word = '(' + $name + '|\x22' + $name + '\x22|\x27' + $name + '\x27)'; $kind = if ($name -ceq 'default') { '(profile\s+)?' } else { 'profile\s+' }; $title = if ($name -ceq 'default') { '[default]' } else { '[profile ' + $name + ']' }; $quote = [char]34; $process = 'credential_process = ' + $quote + $env:BIN_DIR + '\credential-process.exe' + $quote + ' --profile ' + $name + $end; $process = $bytes.GetString([Text.Encoding]::UTF8.GetBytes($process)); $region = if ($env:PROFILE_REGION) { 'region = ' + $env:PROFILE_REGION + $end } else { '' }; $pattern = if ($region) { '^(credential_process|region)\s*[=:]' } else { '^credential_process\s*[=:]' }; $out = @(); $slot = -1; $found = -1; $chosen = -1; $plain = $false; $inside = $false; $open = $false; $drop = $false; $depth = 0; foreach ($line in [regex]::Split($old, '(?<=\n)')) { $text = $line.Trim(); $lead = $line -replace '(?s)\S.*', ''; if (-not $text -or $text -match '^[#;]') { $out += $line } elseif ($open -and $lead.Length -gt $depth) { if (-not $drop) { $out += $line } } else { $depth = $lead.Length; $open = -not ($text -match '^\[.+\]'); $drop = $open -and $inside -and $text -match $pattern; if ($slot -ge 0 -and -not $drop) { $out[$slot] = $lead + $process; if ($region) { $out[$slot] += $lead + $region }; $slot = -1 }; if (-not $drop) { $out += $line }; if (-not $open) { $inside = $text -cmatch ('^\[\s*' + $kind + $word + '\s*\]') }; if ($inside -and -not $open) { $found = $out.Count - 1; if ($text -cmatch ('^\[' + $kind + $word + '\s*\][^\]]*$')) { $chosen = $found }; if ($text -cmatch ('^\[' + $kind.Replace('\s+', '\s') + $word + '\](\s+[#;][^\]]*)?$')) { $plain = $true }; if (-not $line.EndsWith([string][char]10)) { $out[$found] += $end }; $slot = $out.Count; $out += $process + $region } } }; if ($chosen -lt 0) { $chosen = $found }; if ($found -ge 0 -and -not $plain) { $lead = $out[$chosen] -replace '(?s)\S.*', ''; $rest = ($out[$chosen] -replace '^[^\]]*\]', '').Trim(); $out[$chosen] = $lead + $title + $end; if ($rest) { if (-not ($rest -match '^[#;]')) { $rest = '# ' + $rest }; $out[$chosen] = $rest + $end + $out[$chosen] } }; $new = -join $out; if ($found -lt 0) { if ($new -and -not $new.EndsWith([string][char]10)) { $new += $end }; if ($new) { $new += $end }; $new += $title + $end + $process + $region }; if ($new -cne $old) { [IO.File]::WriteAllBytes($file, $bytes.GetBytes($new)) }" || goto :failed
echo Set the AWS profile %PROFILE_NAME%
powershell -NoProfile -ExecutionPolicy Bypass -Command "$ErrorActionPreference = 'Stop'; $config = if ($env:AWS_CONFIG_FILE) { $env:AWS_CONFIG_FILE } else { Join-Path $env:USERPROFILE '.aws\config' }; $credentials = if ($env:AWS_SHARED_CREDENTIALS_FILE) { $env:AWS_SHARED_CREDENTIALS_FILE } else { Join-Path $env:USERPROFILE '.aws\credentials' }; $name = $env:PROFILE_NAME; $word = '(' + $name + '|\x22' + $name + '\x22|\x27' + $name + '\x27)'; $kind = if ($name -ceq 'default') { '(profile\s+)?' } else { 'profile\s+' }; $stronger = 'role_arn', 'source_profile', 'credential_source', 'web_identity_token_file', 'sso_session', 'sso_start_url', 'sso_account_id', 'sso_role_name', 'login_session', 'aws_access_key_id'; $overruled = 0; foreach ($file in $config, $credentials) { if (Test-Path -LiteralPath $file) { $header = if ($file -eq $credentials) { '^\[' + $name + '\]' } else { '^\[\s*' + $kind + $word + '\s*\]' }; $own = if ($file -eq $credentials) { $stronger + 'credential_process' } else { $stronger }; $said = @(); $names = @(); $section = ''; $inside = $false; $open = $false; $depth = 0; foreach ($line in [IO.File]::ReadAllLines($file)) { $text = $line.Trim(); $lead = $line -replace '(?s)\S.*', ''; if ($text -and -not ($text -match '^[#;]') -and -not ($open -and $lead.Length -gt $depth)) { $depth = $lead.Length; $open = -not ($text -match '^\[.+\]'); if ($open) { $key = ($text -replace '\s*[=:].*', '').ToLowerInvariant(); if ($inside -and $own -ccontains $key) { $names += $key }; $key = $section + [char]10 + $key } else { $section = $text -replace '\][^\]]*$', ''; $key = $section; $inside = $text -cmatch $header }; if ($said -ccontains $key) { Write-Host ('ATTENTION: AWS programs refuse the whole of ' + $file + ': it says twice ' + $text); $overruled = 1 }; $said += $key } }; if ($names) { Write-Host ('ATTENTION: AWS programs, or some, use other settings before the sign-in installed here. To use it, take these lines out of the section of ' + $name + ' in ' + $file + ': ' + ($names -join ', ')); $overruled = 1 } } }; exit $overruled" || set "OVERRULED=yes"

if defined CCWB_SKIP_SIGN_IN goto :overruled
echo The sign-in itself works, but AWS programs may not use it: see ATTENTION above.
exit /b 0

:untested
"%BIN_DIR%\credential-process.exe" --profile %PROFILE_NAME% | findstr /c:"AccessKeyId" >nul || goto :nosignin
if defined OVERRULED goto :overruled
echo Signing in works.
exit /b 0

:untested
echo The sign-in was not tested.
exit /b 0

:nosignin
echo Signing in does not work: try "%BIN_DIR%\credential-process.exe" --profile %PROFILE_NAME% 1>&2
exit /b 1

:missing
echo credential-process-windows.exe is missing: this package was made for other machines. 1>&2
exit /b 1

:failed
echo The installation stopped with the error above. 1>&2
exit /b 1
