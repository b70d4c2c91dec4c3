import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { defaultUnpackLimits, unpackZip } from '../../runner/unpack-zip.ts';
import type { StoredObject } from '../s3/object-store.ts';
import type { BuildContext } from './context.ts';
import { messageOf } from './live-build.ts';

/** The very version of the source that a build is going to use, or why there is none. */
export type PinnedSource = { object: StoredObject } | { problem: string };

/**
 * Settles what builds are made from, one build after another, so that each gets the version made for it. Never rejects:
 * a source that cannot be had fails the build's DOWNLOAD_SOURCE, as on AWS.
 */
export function createSourcePinner(
  context: Pick<BuildContext, 'objects' | 'project' | 'prepareSource'>,
): (version: string | undefined, signal: AbortSignal) => Promise<PinnedSource> {
  const { bucket, key } = context.project.source;
  let queue: Promise<unknown> = Promise.resolve();
  const pin = async (version: string | undefined, signal: AbortSignal): Promise<PinnedSource> => {
    try {
      if (version === undefined) await context.prepareSource?.(signal);
      const object = await context.objects.get(bucket, key, version);
      if (object !== undefined) return { object };
      return {
        problem:
          version === undefined
            ? `NoSuchKey: The specified key does not exist. (${bucket}/${key})`
            : `NoSuchVersion: The specified version does not exist. (${bucket}/${key}, ${version})`,
      };
    } catch (error) {
      return { problem: messageOf(error) };
    }
  };
  return (version, signal) => {
    const pinned = queue.then(() => pin(version, signal));
    queue = pinned;
    return pinned;
  };
}

/**
 * Unpacks a source into a folder.
 * @throws AppError or Error that says what is wrong with it; the signal's reason where aborted.
 */
export async function unpackSource(
  object: StoredObject,
  places: { sourceDir: string; scratchDir: string },
  signal: AbortSignal,
): Promise<void> {
  let path = object.path;
  if (path === undefined) {
    path = join(places.scratchDir, 'source.zip');
    await pipeline(object.stream(), createWriteStream(path, { mode: 0o600 }), { signal });
  }
  await unpackZip(path, places.sourceDir, defaultUnpackLimits, signal);
}
