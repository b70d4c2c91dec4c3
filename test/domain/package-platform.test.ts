import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src/domain/binary-format.ts';
import { binaryName, type PackagePlatform, packagePlatforms } from '../../src/domain/package-names.ts';
import { fitting, platformsServed } from '../../src/domain/package-platform.ts';
import { elf, macCpu, machO, pe, universal } from '../support/programs.ts';

const files = {
  'linux x64': elf({ machine: 62 }),
  'linux arm64': elf({ machine: 183, abi: 3 }),
  'linux arm 32': elf({ machine: 40, bits: 32 }),
  'linux x32': elf({ machine: 62, bits: 32 }),
  freebsd: elf({ machine: 62, abi: 9 }),
  object: elf({ machine: 62, type: 1 }),
  'mac arm64': machO(macCpu.arm64),
  'mac intel': machO(macCpu.x86_64),
  'mac both': universal([macCpu.x86_64, macCpu.arm64]),
  'mac library': machO(macCpu.arm64, { type: 6 }),
  'windows x64': pe(),
  'windows window': pe({ subsystem: 2 }),
  'windows x86': pe({ machine: 0x14c }),
  'windows arm64': pe({ machine: 0xaa64 }),
  dll: pe({ dll: true }),
  script: Buffer.from('#!/usr/bin/env node\n'),
  'script of nothing': Buffer.from('#!\n'),
  zip: Buffer.from('PK\u0003\u0004'),
  text: Buffer.from('<html>Access denied</html>'),
  other: Buffer.from([0, 1, 2]),
} as const;

const taken: Record<PackagePlatform, readonly (keyof typeof files)[]> = {
  windows: ['windows x64', 'windows window', 'windows x86'],
  'macos-arm64': ['mac arm64', 'mac both', 'script'],
  'macos-intel': ['mac intel', 'mac both', 'script'],
  'linux-x64': ['linux x64', 'script'],
  'linux-arm64': ['linux arm64', 'script'],
  linux: ['linux x64', 'linux arm64', 'linux arm 32', 'linux x32', 'script'],
};

describe('a program and the platform in its name', () => {
  it.each(packagePlatforms)('%s takes its own and nothing else', (platform) => {
    const path = binaryName('credential-process', platform);
    const verdicts = Object.entries(files).filter(
      ([, bytes]) => fitting(path, platform, formatOf(bytes)).verdict !== 'wrong',
    );
    expect(verdicts.map(([name]) => name)).toEqual(taken[platform]);
  });

  it.each<[PackagePlatform, keyof typeof files, string]>([
    ['linux-x64', 'mac arm64', 'otel-helper-linux-x64 is a Mach-O binary for Apple silicon'],
    ['linux-x64', 'linux arm64', 'otel-helper-linux-x64 is an ELF binary for Linux on aarch64'],
    ['windows', 'script', 'otel-helper-windows.exe is a script for node'],
    ['windows', 'dll', 'otel-helper-windows.exe is a Windows library (PE) for x64'],
    ['macos-arm64', 'text', 'otel-helper-macos-arm64 is plain text'],
    ['linux', 'script of nothing', 'otel-helper-linux is a script that names no interpreter'],
    ['linux', 'script', 'otel-helper-linux is a script: it needs node where it is installed'],
    [
      'windows',
      'windows x86',
      'otel-helper-windows.exe is a Windows program (PE) for x86: it runs on x64 as well',
    ],
  ])('%s, given %s, is told in words', (platform, name, text) => {
    const path = binaryName('otel-helper', platform);
    expect(fitting(path, platform, formatOf(files[name]))).toMatchObject({ text });
  });

  it('serves its platform; the generic Linux one those that its header names', () => {
    expect(platformsServed('windows', formatOf(files['windows x64']))).toEqual(['windows']);
    expect(platformsServed('linux', formatOf(files['linux arm64']))).toEqual(['linux-arm64']);
    expect(platformsServed('linux', formatOf(files.script))).toEqual(['linux-x64', 'linux-arm64']);
    expect(platformsServed('linux', formatOf(files['linux arm 32']))).toEqual([]);
  });
});
