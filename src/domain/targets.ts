import type { Target } from './build.ts';

const byName: readonly [RegExp, Target][] = [
  [/windows/i, 'windows'],
  [/linux[-_]?(?:arm64|aarch64)|arm64[-_]?linux/i, 'linux-arm64'],
  [/linux[-_]?(?:x64|amd64|x86[-_]64)/i, 'linux-x64'],
  [/(?:macos|darwin)[-_]?(?:arm64|aarch64)/i, 'macos-arm64'],
  [/(?:macos|darwin)[-_]?(?:intel|x64|x86[-_]64|amd64)/i, 'macos-intel'],
];

/** CodeBuild's environment types; `WINDOWS_CONTAINER`, `…_2019_…`, `…_2022_…` and what follows them alike. */
const byEnvironment: readonly [RegExp, Target][] = [
  [/^WINDOWS/, 'windows'],
  [/^MAC_ARM/, 'macos-arm64'],
  [/^ARM_/, 'linux-arm64'],
  [/^LINUX_/, 'linux-x64'],
];

/**
 * What a project builds: by ccwb's naming (`P-windows-build`, `P-linux-arm64-build`), else by its environment type,
 * else unknown. The name goes first, as a project on Linux may well cross-compile.
 */
export function targetOfProject(name: string, environmentType?: string): Target {
  const named = byName.find(([pattern]) => pattern.test(name))?.[1];
  if (named) return named;
  return byEnvironment.find(([pattern]) => pattern.test(environmentType ?? ''))?.[1] ?? 'unknown';
}
