import { type BinaryFormat, describeFormat, type Processor } from './binary-format.ts';
import type { PackagePlatform } from './package-names.ts';

/** Platforms people have, as a package may hold them; `linux` stands for one or both of the Linux ones. */
export const realPlatforms = ['windows', 'macos-arm64', 'macos-intel', 'linux-x64', 'linux-arm64'] as const;

export type RealPlatform = (typeof realPlatforms)[number];

/** Whether a file can be the program that its name says: `wrong` with the reason, `note` where it is worth saying. */
export type Fitting = { verdict: 'fits' } | { verdict: 'note' | 'wrong'; text: string };

const fits: Fitting = { verdict: 'fits' };

/**
 * Judges the program `path` of a package for a platform by what the file is. On macOS and Linux a script is a program
 * too, for those who have its interpreter; on Windows an .exe is a PE or nothing.
 */
export function fitting(path: string, platform: PackagePlatform, format: BinaryFormat): Fitting {
  const wrong: Fitting = { verdict: 'wrong', text: `${path} is ${describeFormat(format)}` };
  if (platform === 'windows') return windows(path, format) ?? wrong;
  if (format.kind === 'script') return script(path, format.interpreter);
  const isMacos = platform === 'macos-arm64' || platform === 'macos-intel';
  if (isMacos) {
    const isRight = format.kind === 'mach-o' && format.isProgram;
    return isRight && format.processors.includes(processors[platform]) ? fits : wrong;
  }
  if (format.kind !== 'elf' || format.system !== 'Linux' || format.type !== 'program') return wrong;
  // `linux` names no processor: any will do.
  return platform === 'linux' || (format.bits === 64 && format.processor === processors[platform])
    ? fits
    : wrong;
}

const processors: Record<RealPlatform, Processor> = {
  windows: 'x86-64',
  'macos-arm64': 'aarch64',
  'macos-intel': 'x86-64',
  'linux-x64': 'x86-64',
  'linux-arm64': 'aarch64',
};

function windows(path: string, format: BinaryFormat): Fitting | undefined {
  if (format.kind !== 'pe' || (format.type !== 'console' && format.type !== 'window')) return undefined;
  if (format.processor === 'x86-64') return fits;
  // Every Windows for x64 runs these as well.
  return format.processor === 'i386'
    ? { verdict: 'note', text: `${path} is ${describeFormat(format)}: it runs on x64 as well` }
    : undefined;
}

function script(path: string, interpreter: string): Fitting {
  if (interpreter === '') return { verdict: 'wrong', text: `${path} is a script that names no interpreter` };
  return { verdict: 'note', text: `${path} is a script: it needs ${interpreter} where it is installed` };
}

/** The platforms people have that a sign-in program of this name and format serves. */
export function platformsServed(platform: PackagePlatform, format: BinaryFormat): readonly RealPlatform[] {
  if (platform !== 'linux') return [platform];
  if (format.kind === 'script') return ['linux-x64', 'linux-arm64'];
  if (format.kind !== 'elf' || format.bits !== 64) return [];
  return (['linux-x64', 'linux-arm64'] as const).filter((it) => processors[it] === format.processor);
}
