import { describe, expect, it } from 'vitest';
import { installBat } from '../../src/domain/package-install-bat.ts';
import { batchProblems } from '../support/batch-checker.ts';

const script = installBat([{ name: 'ClaudeCode', region: 'eu-west-1' }, { name: 'second' }]);

describe('install.bat', () => {
  it('has nothing wrong that a strict reading of cmd and PowerShell can find', () => {
    expect(batchProblems(script)).toEqual([]);
    expect(batchProblems(installBat([{ name: 'One' }]))).toEqual([]);
  });

  it.each<[string, string | RegExp, string, RegExp]>([
    ['a line end of Unix', 'setlocal EnableExtensions DisableDelayedExpansion\r', '', /CRLF/],
    ['a letter beyond ASCII', 'Claude Code', 'Cláude Code', /ASCII/],
    ['a label that is gone', '\r\n:config\r\n', '\r\n', /no label :config/],
    ['a label that is there twice', ':checked\r\n', ':checked\r\n:checked\r\n', /twice/],
    ['a label that nothing jumps to', 'goto :damaged', 'goto :failed', /never reached/],
    ['a way into a failure', /exit \/b 0(?=\r\n\r\n:nothing)/, 'echo on', /runs into :nothing/],
    ['an end that is missing', /exit \/b 1\r\n$/, '', /runs past its last line/],
    ['a failure that is not looked at', ' >nul || goto :failed', ' >nul', /leads nowhere/],
    ['a folder that is not changed to', ' || goto :failed', '', /leads nowhere/],
    ['a quote left open', 'copy /y "config.json"', 'copy /y "config.json', /odd number of quotes/],
    ['a text with a redirection', 'echo Installed. Signing', 'echo Installed > Signing', /a meaning/],
    ['a path without its quotes', 'programs in "%BIN_DIR%"', 'programs in %BIN_DIR% & co', /a meaning/],
    ['a variable that is not set', '%BIN_DIR%\\config.json', '%BINDIR%\\config.json', /%BINDIR% is not set/],
    ['a variable half written', 'echo Installed the', 'echo 100% the', /is not set before/],
    ['a value that ends its quotes', /"PROFILE_NAME=ClaudeCode"/, '"PROFILE_NAME="a" & b"', /end its quotes/],
    ['a command that is not known', 'mkdir "%BIN_DIR%"', 'md "%BIN_DIR%"', /md is no command/],
    ['a block', 'if not defined SETTINGS goto :signin', 'if not defined SETTINGS (goto :signin)', /./],
    ['a line that is too long', 'rem Installs', `echo ${'x'.repeat(8_190)}\r\nrem`, /longer than cmd takes/],
    ['a failure half remembered', '|| set "OVERRULED=yes"', '|| set OVERRULED=yes', /no jump/],
    ['PowerShell that goes on after errors', "'Stop'", "'Continue'", /goes on after errors/],
    ['PowerShell with a percent sign', '.Hash -ne', '.Hash % -ne', /./],
    ['PowerShell with an open bracket', 'exit 1 } }"', 'exit 1 }"', /open bracket/],
    ['PowerShell with an open string', "-Filter '*.exe'", "-Filter '*.exe", /not understood/],
    ['PowerShell with a mistyped variable', '$new += $title', '$new += $titel', /\$titel, which is not set/],
    ['PowerShell with a mistyped cmdlet', 'Get-FileHash', 'Get-FileHahs', /Get-FileHahs/],
    ['PowerShell with a mistyped parameter', '-LiteralPath $path', '-LiteralPth $path', /LiteralPth/],
    ['PowerShell with a mistyped method', '.Replace(', '.Replce(', /Replce/],
    ['PowerShell with another environment', '$env:BIN_DIR', '$env:BINDIR', /BINDIR/],
  ])('would be refused with %s', (_, from, to, problem) => {
    const changed = from instanceof RegExp ? script.replace(from, to) : script.replace(from, () => to);
    expect(changed).not.toBe(script);
    expect(batchProblems(changed).join('\n')).toMatch(problem);
  });

  it('goes on where a profile has stronger settings, and does not say that signing in works', () => {
    expect(script.match(/exit \$overruled" \|\| set "OVERRULED=yes"\r\n/g)).toHaveLength(2);
    expect(script).toMatch(
      / goto :nosignin\r\nif defined OVERRULED goto :overruled\r\necho Installed. Signing/,
    );
  });

  it('sets up every profile', () => {
    expect(script).toContain('set "PROFILE_NAME=ClaudeCode"\r\nset "PROFILE_REGION=eu-west-1"');
    expect(script).toContain('set "PROFILE_NAME=second"\r\nset "PROFILE_REGION="');
    expect(script).toContain('--profile ClaudeCode | findstr');
  });

  it('does what the manual says, in its order', () => {
    const order = [
      "'checksums.txt'",
      'mkdir "%BIN_DIR%"',
      '\\credential-process.exe" >nul',
      '\\otel-helper.exe" >nul',
      '\\config.json" >nul',
      '.aws\\config',
      '.aws\\credentials',
      '__OTEL_HELPER_PATH__',
      '"AccessKeyId"',
    ];
    const places = order.map((text) => script.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(script).toContain('set "BIN_DIR=%USERPROFILE%\\claude-code-with-bedrock"');
  });
});
