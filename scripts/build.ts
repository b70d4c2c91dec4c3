/**
 * Bundles `src/main.ts` into `lib/` (or the folder named): one entry, the heavy parts (SDK, React) split into chunks
 * loaded on demand.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const outdir = process.argv[2] ?? 'lib';
const sources = createHash('sha256');
for (const path of globSync('src/**/*.{ts,tsx}').sort()) sources.update(readFileSync(path));
const revision = `${version}+${sources.digest('hex').slice(0, 12)}`;
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: { main: 'src/main.ts', 'sandbox-daemon': 'src/sandbox-daemon.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  jsx: 'automatic',
  // Without `module` first, lazily imported SDK clients have no named exports.
  mainFields: ['module', 'main'],
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  define: {
    'process.env.NODE_ENV': '"production"',
    CCWB_TUI_VERSION: JSON.stringify(version),
    CCWB_TUI_REVISION: JSON.stringify(revision),
  },
  // Ink imports the React devtools only when DEV is set; they are no part of the program.
  alias: { 'react-devtools-core': './scripts/empty-module.ts' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
