import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
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
    keepNames: true,
    legalComments: 'none',
    define: {
      'process.env.NODE_ENV': '"production"',
      CCWB_TUI_VERSION: JSON.stringify(version),
      CCWB_TUI_REVISION: JSON.stringify(revision),
    },
    // Ink imports the React devtools only when DEV is set; they are no part of the program.
    alias: { 'react-devtools-core': './scripts/empty-module.ts' },
    plugins: [besides, lazySegmenter],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  };
}

/** The first picture's bundle: one file, in which React and Ink are what draws a single still picture. */
export function firstPictureOptions(): BuildOptions {
  const { alias, banner: _, ...shared } = bundleOptions();
  return {
    ...shared,
    splitting: false,
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

/** The first picture is loaded from its own bundle, which lies beside the program's files. */
const besides: Plugin = {
  name: 'first picture in its own bundle',
  setup(build) {
    build.onResolve({ filter: /\/first-picture\.tsx$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './first-picture.js', external: true },
    );
  },
};

const eager = 'const segmenter = new Intl.Segmenter();';
const lazy = 'let made; const segmenter = {segment: text => (made ??= new Intl.Segmenter()).segment(text)};';

/** The first segmenter costs V8 dozens of ms; string-width makes one as it is loaded, whether it is needed or not. */
const lazySegmenter: Plugin = {
  name: 'segmenter when needed',
  setup(build) {
    build.onLoad({ filter: /string-width\/index\.js$/ }, ({ path }) => {
      const code = readFileSync(path, 'utf8');
      if (!code.includes(eager)) throw new Error(`${path} makes its segmenter in another way than known.`);
      return { contents: code.replace(eager, lazy) };
    });
  },
};
