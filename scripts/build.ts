/**
 * Bundles `src/main.ts` into `lib/` (or the folder named): one entry, the heavy parts (SDK, React) split into chunks
 * loaded on demand, and what paints the first picture in a bundle of its own.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleOptions, firstPictureOptions } from './bundle.ts';

const outdir = process.argv[2] ?? 'lib';
rmSync(outdir, { recursive: true, force: true });
await Promise.all([
  build({
    ...bundleOptions(),
    entryPoints: { main: 'src/main.ts', 'sandbox-daemon': 'src/sandbox-daemon.ts' },
    outdir,
  }),
  build({
    ...firstPictureOptions(),
    entryPoints: { 'first-picture': 'src/start/first-picture.tsx' },
    outdir,
  }),
]);
