/**
 * Bundles the program into `lib/` (or the folder named): `main.cjs`, which is run; what paints the first picture; and the
 * program itself, its heavy parts (SDK, React) split into chunks loaded on demand.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleOptions, firstPictureOptions, mainOptions } from './bundle.ts';

const outdir = process.argv[2] ?? 'lib';
rmSync(outdir, { recursive: true, force: true });
const entries = { start: 'src/start/start.ts', 'sandbox-daemon': 'src/sandbox-daemon.ts' };
await Promise.all([
  build({ ...mainOptions(), entryPoints: { main: 'src/main.ts' }, outdir }),
  build({
    ...firstPictureOptions(),
    entryPoints: { 'first-picture': 'src/start/first-picture.tsx' },
    outdir,
  }),
  build({ ...bundleOptions(), entryPoints: entries, outdir }),
]);
