import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Target } from '../domain/build.ts';
import { isJsonObject } from '../domain/profile-files.ts';
import { replaceFile } from './replace-file.ts';

/** What ccwb's `package --status latest` reads. */
export type LatestBuild = {
  /** `project:uuid`. */
  id: string;
  project: string;
  target: Target;
  /** Bucket of the build's source and artifact; ccwb looks for the artifact there. */
  bucket: string;
  /** Epoch ms. */
  startedAt: number;
};

/** Where ccwb notes the last build, under the home folder. */
export const latestBuildPath = (home: string) => join(home, '.claude-code', 'latest-build.json');

/**
 * Notes the build as ccwb writes it: `build_id`, `started_at` (local time without a zone, as Python's
 * `datetime.now().isoformat()`), `project`, `bucket`, and `all_builds` by platform. Keys we do not know are kept; a
 * broken file is replaced, as ccwb itself does.
 */
export async function recordLatestBuild(home: string, build: LatestBuild): Promise<void> {
  const path = latestBuildPath(home);
  const before = await readObject(path);
  const builds = isJsonObject(before.all_builds) ? before.all_builds : {};
  const content = {
    ...before,
    build_id: build.id,
    started_at: naiveLocalTime(build.startedAt),
    project: build.project,
    bucket: build.bucket,
    all_builds: build.target === 'unknown' ? builds : { ...builds, [build.target]: build.id },
  };
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, `${JSON.stringify(content, null, 2)}\n`, randomUUID());
}

/** Whether the note is absent or speaks of a build of the same bucket. */
export async function mayReplaceLatestBuild(home: string, bucket: string): Promise<boolean> {
  const { bucket: noted } = await readObject(latestBuildPath(home));
  return noted === undefined || noted === bucket;
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isJsonObject(json) ? json : {};
  } catch {
    return {};
  }
}

/** `2026-11-20T10:30:02.123000` in the process's zone: microseconds and no zone, as Python prints them. */
export function naiveLocalTime(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day}T${time}.${String(date.getMilliseconds()).padStart(3, '0')}000`;
}
