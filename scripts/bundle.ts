import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import type { BuildOptions } from 'esbuild';

/** How the program is bundled; the measured parts of `scripts/bench` are bundled the same way. */
export function bundleOptions(): BuildOptions {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const sources = createHash('sha256');
  for (const path of globSync('src/**/*.{ts,tsx}').sort()) sources.update(readFileSync(path));
  const revision = `${version}+${sources.digest('hex').slice(0, 12)}`;
  return {
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
  };
}
