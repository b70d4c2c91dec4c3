@echo off
rem Installs the sign-in programs for the current user. Running it again changes nothing more.
setlocal EnableExtensions DisableDelayedExpansion
cd /d "%~dp0"
set "FOLDER=%USERPROFILE%\claude-code-with-bedrock"
set "PROFILE=ClaudeCode"

if not exist "credential-process-windows.exe" goto :missing
if exist "checksums.txt" (
  powershell -NoProfile -ExecutionPolicy Bypass -Command "$ErrorActionPreference = 'Stop'; foreach ($line in Get-Content checksums.txt) { $sum, $name = $line -split '  ', 2; if ((Test-Path -LiteralPath $name) -and (Get-FileHash -LiteralPath $name -Algorithm SHA256).Hash -ne $sum) { Write-Host ($name + ' is damaged: get the package again'); exit 1 } }" || exit /b 1
  echo The checksums are right.
)

if not exist "%FOLDER%" mkdir "%FOLDER%" || goto :failed
copy /y "credential-process-windows.exe" "%FOLDER%\credential-process.exe" >nul || goto :failed
if exist "otel-helper-windows.exe" copy /y "otel-helper-windows.exe" "%FOLDER%\otel-helper.exe" >nul || goto :failed
if exist "config.json" copy /y "config.json" "%FOLDER%\config.json" >nul || goto :failed
echo Installed in %FOLDER%

rem Sets the two keys of our profile; every other line of the file stays as it is.
powershell -NoProfile -ExecutionPolicy Bypass -Command "$ErrorActionPreference = 'Stop'; $file = if ($env:AWS_CONFIG_FILE) { $env:AWS_CONFIG_FILE } else { Join-Path $env:USERPROFILE '.aws\config' }; New-Item -ItemType Directory -Force (Split-Path $file) > $null; $old = @(); if (Test-Path -LiteralPath $file) { $old = @(Get-Content -LiteralPath $file) }; $region = 'us-east-1'; if (Test-Path 'config.json') { $found = [regex]::Match((Get-Content -Raw 'config.json'), '\x22aws_region\x22\s*:\s*\x22([a-z0-9-]+)\x22'); if ($found.Success) { $region = $found.Groups[1].Value } }; $quote = [char]34; $keys = @(('credential_process = ' + $quote + $env:FOLDER + '\credential-process.exe' + $quote + ' --profile ' + $env:PROFILE), ('region = ' + $region)); $new = @(); $ours = $false; $written = $false; foreach ($line in $old) { if ($line -match '^\s*\[') { $ours = ($line.Trim() -replace '\s+', ' ') -eq ('[profile ' + $env:PROFILE + ']'); $new += $line; if ($ours -and -not $written) { $new += $keys; $written = $true } } elseif (-not ($ours -and $line -match '^\s*(credential_process|region)\s*=')) { $new += $line } }; if (-not $written) { if ($new.Count -gt 0) { $new += '' }; $new += ('[profile ' + $env:PROFILE + ']'); $new += $keys }; [IO.File]::WriteAllLines($file, [string[]]$new)" || goto :failed
echo Set the AWS profile %PROFILE%

if defined CCWB_SKIP_SIGN_IN goto :untested
"%FOLDER%\credential-process.exe" --profile %PROFILE% | findstr /c:"AccessKeyId" >nul || goto :nosignin
echo Signing in works.
exit /b 0

:untested
echo The sign-in was not tested.
exit /b 0

:nosignin
echo Signing in does not work: try "%FOLDER%\credential-process.exe" --profile %PROFILE% 1>&2
exit /b 1

:missing
echo credential-process-windows.exe is missing: this package was made for other machines. 1>&2
exit /b 1

:failed
echo The installation stopped with the error above. 1>&2
exit /b 1
