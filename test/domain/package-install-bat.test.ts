import { describe, expect, it } from 'vitest';
import { installBat } from '../../src/domain/package-install-bat.ts';

const script = installBat([{ name: 'ClaudeCode', region: 'eu-west-1' }, { name: 'second' }]);
const lines = script.split('\r\n');
const powershell = lines.flatMap((line) => /-Command "(.*)"( \|\| goto :\w+)?$/.exec(line)?.[1] ?? []);

describe('install.bat', () => {
  it('has the line ends of Windows and nothing but ASCII', () => {
    expect(script).not.toMatch(/[^\r]\n|[^\t\r\n -~]/);
    expect(script.endsWith('\r\n')).toBe(true);
  });

  it('jumps only to labels that are there, each of which is there once', () => {
    const labels = lines.flatMap((line) => /^:(\w+)$/.exec(line)?.[1] ?? []);
    const targets = [...script.matchAll(/goto :(\w+)/g)].map((match) => match[1]);
    expect(new Set(labels).size).toBe(labels.length);
    expect(new Set(targets)).toEqual(new Set(labels));
  });

  it('hands PowerShell what cmd does not read first', () => {
    expect(powershell).toHaveLength(4);
    for (const text of powershell) expect(text).not.toMatch(/[%"!]/);
  });

  it('closes every bracket and quote of its PowerShell', () => {
    for (const text of powershell) {
      const stack: string[] = [];
      const bare = text.replaceAll(/'[^']*'/g, '');
      expect(bare).not.toContain("'");
      for (const sign of bare.replaceAll(/[^()[\]{}]/g, '')) {
        if ('([{'.includes(sign)) stack.push(sign);
        else expect(`${stack.pop()}${sign}`).toMatch(/^(\(\)|\[\]|\{\})$/);
      }
      expect(stack).toEqual([]);
    }
  });

  it('stays below the longest line that cmd takes', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(8_000);
  });

  it('sets up every profile', () => {
    expect(script).toContain('set "PROFILE_NAME=ClaudeCode"\r\nset "PROFILE_REGION=eu-west-1"');
    expect(script).toContain('set "PROFILE_NAME=second"\r\nset "PROFILE_REGION="');
    expect(script).toContain('--profile ClaudeCode | findstr');
  });
});
