import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import type { ArtifactsSpec } from './buildspec.ts';
import { compileGlob } from './glob.ts';

/** A file for the zip: where it lies and what it is called there. A link keeps its target. */
export type ArtifactFile = { path: string; name: string; link: boolean };

export type ArtifactListing = {
  files: ArtifactFile[];
  /** What CodeBuild would have logged meanwhile, without the prefix. */
  log: string[];
};

type Found = { path: string; entry: Stats };

async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch {
    return undefined;
  }
}

/** Everything below `root`, folders before what is in them, in a fixed order. Links are not followed. */
async function* walk(root: string, signal: AbortSignal): AsyncGenerator<Found> {
  let names: string[];
  try {
    names = await readdir(root);
  } catch {
    return;
  }
  for (const name of names.sort()) {
    signal.throwIfAborted();
    const path = join(root, name);
    const entry = await lookAt(path);
    if (entry === undefined) continue;
    yield { path, entry };
    if (entry.isDirectory()) yield* walk(path, signal);
  }
}

/** What a pattern, relative to `base`, names: files and links, or folders. */
async function expand(
  pattern: string,
  base: string,
  wanted: (entry: Stats) => boolean,
  signal: AbortSignal,
): Promise<string[]> {
  const { base: fixed, glob, isGlob } = picomatch.scan(pattern);
  if (!isGlob) {
    const path = resolve(base, pattern);
    const entry = await lookAt(path);
    return entry !== undefined && wanted(entry) ? [path] : [];
  }
  const root = resolve(base, fixed);
  const matches = compileGlob(glob);
  const found: string[] = [];
  for await (const { path, entry } of walk(root, signal)) {
    if (wanted(entry) && matches(relative(root, path).split(sep).join('/'))) found.push(path);
  }
  return found;
}

/** A link's file as a file where it lies within the source, as CodeBuild's `enable-symlinks: no` has it. */
async function insideFile(path: string, sourceDir: string): Promise<boolean> {
  try {
    const target = await realpath(path);
    return target.startsWith((await realpath(sourceDir)) + sep) && (await stat(target)).isFile();
  } catch {
    return false;
  }
}

/** The name in the zip: below the base, or the bare name for what lies elsewhere. */
function nameOf(path: string, base: string, flat: boolean): string {
  const way = relative(base, path).split(sep).join('/');
  return flat || way.startsWith('../') || way.startsWith('/') ? basename(path) : way;
}

async function baseDirs(spec: ArtifactsSpec, sourceDir: string, signal: AbortSignal): Promise<string[]> {
  if (spec.baseDirectory === undefined) return [sourceDir];
  return expand(spec.baseDirectory, sourceDir, (entry) => entry.isDirectory(), signal);
}

/**
 * Finds what the buildspec's `artifacts` names, in a fixed order. Of two files with one name in the zip the later wins.
 * An empty list is no error here: the caller knows CodeBuild's word for it.
 */
export async function listArtifacts(
  spec: ArtifactsSpec,
  sourceDir: string,
  signal: AbortSignal,
): Promise<ArtifactListing> {
  const shownBase = spec.baseDirectory ?? '.';
  const log = [
    `Expanding base directory path: ${shownBase}`,
    'Assembling file list',
    `Expanding ${shownBase}`,
  ];
  const excluded = spec.excludePaths.map((pattern) => compileGlob(pattern.replace(/^\.\//, '')));
  const files = new Map<string, ArtifactFile>();
  for (const base of await baseDirs(spec, sourceDir, signal)) {
    log.push(
      `Expanding file paths for base directory ${relative(sourceDir, base) || '.'}`,
      'Assembling file list',
    );
    for (const pattern of spec.files) {
      log.push(`Expanding ${pattern}`);
      const paths = await expand(pattern, base, (entry) => entry.isFile() || entry.isSymbolicLink(), signal);
      if (paths.length === 0) log.push(`Skipping invalid file path ${pattern}`);
      for (const path of paths) {
        const way = relative(base, path).split(sep).join('/');
        if (excluded.some((matches) => matches(way))) continue;
        const link = (await lookAt(path))?.isSymbolicLink() ?? false;
        if (link && !spec.enableSymlinks && !(await insideFile(path, sourceDir))) {
          log.push(`Skipping symbolic link ${way}`);
          continue;
        }
        const name = nameOf(path, base, spec.discardPaths);
        files.set(name, { path, name, link: link && spec.enableSymlinks });
      }
    }
  }
  log.push(`Found ${files.size} file(s)`);
  return { files: [...files.values()], log };
}
