import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

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
    plugins: [whenNeeded],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  };
}

/** A file that is run before the program is loaded: CommonJS, which Node loads in half the time. */
function earlyOptions(): BuildOptions {
  const { banner: _, ...shared } = bundleOptions();
  return { ...shared, splitting: false, format: 'cjs', outExtension: { '.js': '.cjs' } };
}

/** What is run first: one small file, which loads the others. */
export function mainOptions(): BuildOptions {
  const { plugins = [], ...shared } = earlyOptions();
  return { ...shared, plugins: [...plugins, besides] };
}

/** The first picture's bundle: one file, in which React and Ink are what draws a single still picture. */
export function firstPictureOptions(): BuildOptions {
  const { alias, ...shared } = earlyOptions();
  return {
    ...shared,
    // Nobody sees the names of its functions.
    keepNames: false,
    alias: {
      ...alias,
      react: './src/still/react.ts',
      'react/jsx-runtime': './src/still/jsx-runtime.ts',
      ink: './src/still/ink.ts',
    },
  };
}

/** The rest of the program is loaded from the files that lie beside it. */
const besides: Plugin = {
  name: 'program in files of its own',
  setup(build) {
    build.onResolve({ filter: /\/first-picture\.cjs$/ }, ({ path }) => ({ path, external: true }));
    build.onResolve({ filter: /\/start\.ts$/ }, () => ({ path: './start.js', external: true }));
  },
};

/**
 * What takes V8 dozens of ms to be loaded (a segmenter, the patterns of emoji) and measures only text that is not plain
 * is loaded with the first such text.
 */
const whenNeeded: Plugin = {
  name: 'string-width when needed',
  setup(build) {
    build.onResolve({ filter: /^string-width$/ }, async ({ path, importer, resolveDir, pluginData }) => {
      if (pluginData === whenNeeded) return undefined;
      const found = await build.resolve(path, {
        kind: 'import-statement',
        importer,
        resolveDir,
        pluginData: whenNeeded,
      });
      return { path: found.path, namespace: 'when-needed' };
    });
    build.onLoad({ filter: /.*/, namespace: 'when-needed' }, ({ path }) => ({
      contents: `import { isNarrow } from ${JSON.stringify(resolve('src/domain/width.ts'))};
let measure;
export default (text, options) => {
  // Without colours; the marks of regions are one column wide as well.
  const bare = text.replace(/\\x1b\\[[0-9;:]*m/g, '').replace(/[\\ufdd0-\\ufdef]/g, ' ');
  if (isNarrow(bare)) return bare.length;
  return (measure ??= require(${JSON.stringify(path)}).default)(text, options);
};`,
      resolveDir: dirname(path),
    }));
  },
};
