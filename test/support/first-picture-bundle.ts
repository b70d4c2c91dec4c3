import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { firstPictureOptions } from '../../scripts/bundle.ts';

/** The first picture as it is shipped, bundled from the present sources: React and Ink are not in it. */
export async function loadFirstPicture(): Promise<typeof import('../../src/start/first-picture.tsx')> {
  const folder = await mkdtemp(join(tmpdir(), 'ccwb-tui-picture-'));
  const outfile = join(folder, 'first-picture.cjs');
  try {
    await build({ ...firstPictureOptions(), entryPoints: ['src/start/first-picture.tsx'], outfile });
    return createRequire(import.meta.url)(outfile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
