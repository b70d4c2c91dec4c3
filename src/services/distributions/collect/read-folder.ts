import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../domain/errors.ts';
import { comparePaths, hasRuns, packageFolderStep } from '../../../domain/package-layout.ts';
import { packageRole, unsafePath } from '../../../domain/package-names.ts';
import { cleanText } from '../../clean-text.ts';
import { unreadableFolder } from '../../unreadable-folder.ts';
import { type StagedFile, stageCopy, unreadableFile } from '../package/staged-file.ts';
import { note, type RunContext } from '../run-context.ts';

/** Files looked at in one folder; a `dist/` has a dozen. */
const mostEntries = 10_000;

export type FolderOptions = {
  path: string;
  profileName: string;
  extraFiles: readonly string[];
  newFile: () => string;
};

/**
 * The files of a folder that belong in a package, copied: `dist/` in the layouts of all generations of ccwb, one
 * run's folder, or an unpacked package. Links in it, to files and to folders, are passed over, and named in a note.
 * @throws AppError `not-found` where the folder is missing or holds nothing of a package.
 */
export async function readPackageFolder(options: FolderOptions, context: RunContext): Promise<StagedFile[]> {
  const folder = await descend(options, context);
  const found = await walk(folder, '', options, context);
  const files: StagedFile[] = [];
  for (const { path, mode } of found.sort((a, b) => comparePaths(a.path, b.path))) {
    context.signal.throwIfAborted();
    const origin = cleanText(folder);
    files.push(
      await stageCopy(join(folder, path), { path, file: options.newFile(), mode, origin }, context.signal),
    );
  }
  return files;
}

async function descend(options: FolderOptions, context: RunContext): Promise<string> {
  let folder = options.path;
  // dist → profile → run is the deepest.
  for (let depth = 0; depth < 4; depth += 1) {
    const names = (await list(folder, options.path)).map(({ name }) => name);
    const step = packageFolderStep(names, options.profileName, options.extraFiles);
    if (step === undefined) break;
    if (step.kind === 'here') {
      const newer = await runsBeside(folder, names, options);
      if (newer !== undefined) {
        const shown = cleanText(newer);
        note(context, `${cleanText(folder)} holds an older package and ${shown}: the latter is taken.`);
        folder = newer;
        continue;
      }
      if (folder !== options.path) note(context, `Taking the files of ${cleanText(folder)}.`);
      return folder;
    }
    folder = join(folder, step.name);
  }
  throw new AppError({
    kind: 'not-found',
    message: `The folder ${cleanText(options.path)} holds nothing that belongs in a package.`,
    hint: 'Name the folder that ccwb package wrote (dist), or one of its runs.',
  });
}

/** In a folder that holds a package itself: the profile's own folder, if a later generation of ccwb wrote runs into it. */
async function runsBeside(
  folder: string,
  names: readonly string[],
  { path, profileName, extraFiles }: FolderOptions,
): Promise<string | undefined> {
  if (folder !== path || !names.includes(profileName) || extraFiles.includes(profileName)) return undefined;
  const inside = await readdir(join(folder, profileName)).catch(() => []);
  return hasRuns(inside) ? join(folder, profileName) : undefined;
}

async function list(folder: string, asked: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw unreadableFolder(asked, error);
  }
}

type Found = { path: string; mode: number };

async function walk(
  folder: string,
  inner: string,
  options: FolderOptions,
  context: RunContext,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const entry of await list(join(folder, inner), options.path)) {
    context.signal.throwIfAborted();
    const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
    const unusable = mayHold(path, options.extraFiles) ? unsafePath(path) : undefined;
    if (unusable !== undefined) {
      note(context, `${cleanText(path)} is left out: it is ${unusable}.`);
      continue;
    }
    if (entry.isDirectory()) {
      if (mayHold(path, options.extraFiles)) found.push(...(await walk(folder, path, options, context)));
    } else if (packageRole(path, options.extraFiles) !== undefined || isLinkedFolder(entry, path, options)) {
      if (entry.isFile()) found.push({ path, mode: await modeOf(join(folder, path)) });
      else note(context, `${cleanText(path)} is passed over: ${whyNot(entry)}.`);
    }
    if (found.length > mostEntries) {
      throw new AppError({
        kind: 'invalid',
        message: `The folder ${cleanText(options.path)} holds more than ${mostEntries} files for the package.`,
        hint: 'Look at the extra files of the profile.',
      });
    }
  }
  return found;
}

/** A link where a folder would have been looked into; it may lead to anything, and out of the folder. */
const isLinkedFolder = (entry: Dirent, path: string, { extraFiles }: FolderOptions) =>
  entry.isSymbolicLink() && mayHold(path, extraFiles);

const whyNot = (entry: Dirent) =>
  entry.isSymbolicLink()
    ? 'it is a link, and links are not followed; to ship what it leads to, copy that into the folder'
    : 'it is no regular file';

async function modeOf(file: string): Promise<number> {
  try {
    return (await lstat(file)).mode;
  } catch (error) {
    throw unreadableFile(file, error);
  }
}

/** Only folders that something of a package can lie in are looked into: `dist/` may lie beside a whole checkout. */
function mayHold(path: string, extraFiles: readonly string[]): boolean {
  if (path === 'claude-settings' || path === '.claude') return true;
  return extraFiles.some((extra) => {
    const name = extra.replaceAll('\\', '/').replace(/\/+$/, '');
    return name === path || name.startsWith(`${path}/`) || path.startsWith(`${name}/`);
  });
}
