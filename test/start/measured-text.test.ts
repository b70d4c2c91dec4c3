import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOptions } from '../../scripts/bundle.ts';
import { holeOf } from '../../src/domain/regions.ts';

let bundled: typeof stringWidth;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ccwb-tui-width-'));
  const outfile = join(folder, 'width.mjs');
  const entry = { contents: `export { default } from 'string-width';`, resolveDir: process.cwd() };
  try {
    await build({ ...bundleOptions(), splitting: false, stdin: entry, outfile });
    bundled = (await import(outfile)).default;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const piece = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'plain text',
    '› …',
    '漢字',
    '👍🏽',
    'e\u0301',
    '\x1b[1;38;5;244m',
    '\x1b[0m',
    '\t',
    '\x1b]8;;',
  ),
  fc.constant(holeOf('builds')),
);

describe('string-width in the bundle', () => {
  it('measures as it does without', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join('');
        expect(bundled(text)).toBe(stringWidth(text));
      }),
      { numRuns: 1_000, examples: [[[]], [['plain']], [[holeOf('log')]]] },
    );
  });
});
