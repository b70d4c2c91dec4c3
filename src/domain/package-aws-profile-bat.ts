import { strongerKeys } from './package-aws-profile-sh.ts';

/**
 * PowerShell statements that replace the two lines of the profile and leave every other byte of the file: it is read
 * and written as Latin-1, in which each byte is one character, and our own lines, in UTF-8, are put into it as such.
 * The file is read by the same rules as in `package-aws-profile-sh.ts`. Wants `$env:BIN_DIR`, `$env:PROFILE_NAME`
 * (a plain word) and `$env:PROFILE_REGION`.
 */
export const editAwsConfig = [
  "$file = if ($env:AWS_CONFIG_FILE) { $env:AWS_CONFIG_FILE } else { Join-Path $env:USERPROFILE '.aws\\config' }",
  'New-Item -ItemType Directory -Force -Path (Split-Path $file) > $null',
  '$bytes = [Text.Encoding]::GetEncoding(28591)',
  "$old = if (Test-Path -LiteralPath $file) { $bytes.GetString([IO.File]::ReadAllBytes($file)) } else { '' }",
  "$end = if ($old -match '^[^\\r\\n]*\\n') { [string][char]10 } else { [Environment]::NewLine }",
  '$name = $env:PROFILE_NAME',
  "$word = '(' + $name + '|\\x22' + $name + '\\x22|\\x27' + $name + '\\x27)'",
  "$kind = if ($name -ceq 'default') { '(profile\\s+)?' } else { 'profile\\s+' }",
  "$title = if ($name -ceq 'default') { '[default]' } else { '[profile ' + $name + ']' }",
  '$quote = [char]34',
  "$process = 'credential_process = ' + $quote + $env:BIN_DIR + '\\credential-process.exe' + $quote + " +
    "' --profile ' + $name + $end",
  '$process = $bytes.GetString([Text.Encoding]::UTF8.GetBytes($process))',
  "$region = if ($env:PROFILE_REGION) { 'region = ' + $env:PROFILE_REGION + $end } else { '' }",
  "$pattern = if ($region) { '^(credential_process|region)\\s*[=:]' } else { '^credential_process\\s*[=:]' }",
  '$out = @()',
  // Where our lines belong, once it is known how deep: as deep as what follows, which would else belong to our value.
  '$slot = -1',
  '$found = -1',
  '$chosen = -1',
  '$plain = $false',
  '$inside = $false',
  '$open = $false',
  '$drop = $false',
  '$depth = 0',
  "foreach ($line in [regex]::Split($old, '(?<=\\n)')) { " +
    '$text = $line.Trim(); ' +
    "$lead = $line -replace '(?s)\\S.*', ''; " +
    "if (-not $text -or $text -match '^[#;]') { $out += $line } " +
    'elseif ($open -and $lead.Length -gt $depth) { if (-not $drop) { $out += $line } } ' +
    'else { $depth = $lead.Length; ' +
    "$open = -not ($text -match '^\\[.+\\]'); " +
    '$drop = $open -and $inside -and $text -match $pattern; ' +
    'if ($slot -ge 0 -and -not $drop) { $out[$slot] = $lead + $process; ' +
    'if ($region) { $out[$slot] += $lead + $region }; $slot = -1 }; ' +
    'if (-not $drop) { $out += $line }; ' +
    "if (-not $open) { $inside = $text -cmatch ('^\\[\\s*' + $kind + $word + '\\s*\\]') }; " +
    'if ($inside -and -not $open) { $found = $out.Count - 1; ' +
    "if ($text -cmatch ('^\\[' + $kind + $word + '\\s*\\][^\\]]*$')) { $chosen = $found }; " +
    "if ($text -cmatch ('^\\[' + $kind.Replace('\\s+', '\\s') + $word + '\\](\\s+[#;][^\\]]*)?$')) { $plain = $true }; " +
    'if (-not $line.EndsWith([string][char]10)) { $out[$found] += $end }; ' +
    '$slot = $out.Count; $out += $process + $region } } }',
  'if ($chosen -lt 0) { $chosen = $found }',
  // What stands behind a header that is set right may hold a bracket: that becomes a line of its own.
  "if ($found -ge 0 -and -not $plain) { $lead = $out[$chosen] -replace '(?s)\\S.*', ''; " +
    "$rest = ($out[$chosen] -replace '^[^\\]]*\\]', '').Trim(); " +
    '$out[$chosen] = $lead + $title + $end; ' +
    "if ($rest) { if (-not ($rest -match '^[#;]')) { $rest = '# ' + $rest }; $out[$chosen] = $rest + $end + $out[$chosen] } }",
  '$new = -join $out',
  'if ($found -lt 0) { if ($new -and -not $new.EndsWith([string][char]10)) { $new += $end }; ' +
    'if ($new) { $new += $end }; $new += $title + $end + $process + $region }',
  'if ($new -cne $old) { [IO.File]::WriteAllBytes($file, $bytes.GetBytes($new)) }',
];

/**
 * PowerShell statements that name the settings which go before the sign-in for `$env:PROFILE_NAME`, and lines that
 * make a whole file unreadable; they end with 1 where there are any. These are the user's, and stay.
 */
export const nameStronger = [
  "$config = if ($env:AWS_CONFIG_FILE) { $env:AWS_CONFIG_FILE } else { Join-Path $env:USERPROFILE '.aws\\config' }",
  '$credentials = if ($env:AWS_SHARED_CREDENTIALS_FILE) { $env:AWS_SHARED_CREDENTIALS_FILE } ' +
    "else { Join-Path $env:USERPROFILE '.aws\\credentials' }",
  '$name = $env:PROFILE_NAME',
  "$word = '(' + $name + '|\\x22' + $name + '\\x22|\\x27' + $name + '\\x27)'",
  "$kind = if ($name -ceq 'default') { '(profile\\s+)?' } else { 'profile\\s+' }",
  `$stronger = '${strongerKeys.join("', '")}'`,
  '$overruled = 0',
  'foreach ($file in $config, $credentials) { if (Test-Path -LiteralPath $file) { ' +
    "$header = if ($file -eq $credentials) { '^\\[' + $name + '\\]' } else { '^\\[\\s*' + $kind + $word + '\\s*\\]' }; " +
    "$own = if ($file -eq $credentials) { $stronger + 'credential_process' } else { $stronger }; " +
    "$said = @(); $names = @(); $section = ''; $inside = $false; $open = $false; $depth = 0; " +
    'foreach ($line in [IO.File]::ReadAllLines($file)) { ' +
    '$text = $line.Trim(); ' +
    "$lead = $line -replace '(?s)\\S.*', ''; " +
    "if ($text -and -not ($text -match '^[#;]') -and -not ($open -and $lead.Length -gt $depth)) { " +
    '$depth = $lead.Length; ' +
    "$open = -not ($text -match '^\\[.+\\]'); " +
    "if ($open) { $key = ($text -replace '\\s*[=:].*', '').ToLowerInvariant(); " +
    'if ($inside -and $own -ccontains $key) { $names += $key }; $key = $section + [char]10 + $key } ' +
    "else { $section = $text -replace '\\][^\\]]*$', ''; $key = $section; $inside = $text -cmatch $header }; " +
    "if ($said -ccontains $key) { Write-Host ('ATTENTION: AWS programs refuse the whole of ' + $file + " +
    "': it says twice ' + $text); $overruled = 1 }; " +
    '$said += $key } }; ' +
    "if ($names) { Write-Host ('ATTENTION: AWS programs, or some, use other settings before the sign-in installed here. To use it, take these lines " +
    "out of the section of ' + $name + ' in ' + $file + ': ' + ($names -join ', ')); $overruled = 1 } } }",
  'exit $overruled',
];
