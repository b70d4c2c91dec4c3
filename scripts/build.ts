/**
 * Bundles `src/main.ts` into `lib/` (or the folder named): one entry, the heavy parts (SDK, React) split into chunks
 * loaded on demand.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleOptions } from './bundle.ts';

const outdir = process.argv[2] ?? 'lib';
rmSync(outdir, { recursive: true, force: true });
await build({
  ...bundleOptions(),
  entryPoints: { main: 'src/main.ts', 'sandbox-daemon': 'src/sandbox-daemon.ts' },
  outdir,
});
