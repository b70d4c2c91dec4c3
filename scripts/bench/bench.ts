import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from '../bundle.ts';
import type { Bench } from './row.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** @param dir an empty folder, whose owner removes it */
export function createBench(dir: string): Bench {
  const bundles = new Map<string, Promise<string>>();
  return {
    dir,
    bin: resolve('bin/ccwb-tui.js'),
    subject(name) {
      const known = bundles.get(name) ?? bundle(name, join(dir, 'subjects', name));
      bundles.set(name, known);
      return known;
    },
  };
}

/** Bundles `subjects/NAME` as the program is bundled and answers the script's path. */
async function bundle(name: string, outdir: string): Promise<string> {
  const source = ['tsx', 'ts'].map((type) => join(here, 'subjects', `${name}.${type}`)).find(existsSync);
  if (source === undefined) throw new Error(`There is no subject ${name}.`);
  const options = bundleOptions();
  await build({
    ...options,
    entryPoints: { [name]: source },
    outdir,
    outExtension: { '.js': '.mjs' },
    // The world of the tests compares some things with vitest, which no measured call does.
    alias: { ...options.alias, vitest: './scripts/bench/subjects/no-vitest.ts' },
  });
  return join(outdir, `${name}.mjs`);
}
