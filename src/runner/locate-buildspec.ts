import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { BuildspecError, maxBuildspecBytes, tooLargeError } from './buildspec-yaml.ts';

/** Whether a buildspec is given itself rather than by its path: it has lines, or begins like one. */
function isInline(buildspec: string): boolean {
  return buildspec.includes('\n') || /^\s*(\{|(version|phases|env|artifacts)\s*:)/.test(buildspec);
}

function outside(parent: string, path: string): boolean {
  const way = relative(parent, path);
  return way === '' || way.startsWith('..') || isAbsolute(way);
}

const reasons: Record<string, string> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  EACCES: 'permission denied',
};

/**
 * The file to read: `buildspec.yml` of the source, the path given, or, for an inline one, a copy in `scratchDir`.
 * @throws BuildspecError for a place that no build on this machine can have
 */
export async function locateBuildspec(
  buildspec: string | undefined,
  sourceDir: string,
  scratchDir: string,
): Promise<string> {
  if (buildspec !== undefined && isInline(buildspec)) {
    const path = join(scratchDir, 'readonly', 'buildspec.yml');
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, buildspec, { mode: 0o600 });
    return path;
  }
  if (buildspec?.startsWith('arn:')) {
    throw new BuildspecError('a buildspec in S3 is not supported on this machine; name a file of the source');
  }
  const path = resolve(sourceDir, buildspec || 'buildspec.yml');
  if (outside(sourceDir, path)) throw new BuildspecError(`stat ${path}: not within the source`);
  return path;
}

/** @throws BuildspecError in CodeBuild's words: `stat …/buildspec.yml: no such file or directory` */
export async function readBuildspec(path: string): Promise<string> {
  try {
    // Before it is in memory: the source may hold anything under this name.
    if ((await stat(path)).size > maxBuildspecBytes) throw tooLargeError();
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof BuildspecError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new BuildspecError(`stat ${path}: ${reasons[code] ?? code}`);
  }
}
