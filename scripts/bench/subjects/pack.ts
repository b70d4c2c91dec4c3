/** Packs the files named by its arguments (the zip first) as a distribution does; sends a {@link PackReport}. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../../../src/services/clock.ts';
import { pack } from '../../../src/services/distributions/package/pack.ts';
import type { StagedFile } from '../../../src/services/distributions/package/staged-file.ts';

export type PackReport = { ms: number; grownBytes: number };

const [zip = '', ...names] = process.argv.slice(2);
const before = process.memoryUsage.rss();
const files: StagedFile[] = [];
for (const file of names) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const { size } = statSync(file);
  files.push({ path: basename(file), file, size, sha256: hash.digest('hex'), mode: 0o644, origin: 'bench' });
}
let most = before;
const watching = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 20);
const from = performance.now();
await pack(files, zip, {
  step: 'PACK',
  signal: new AbortController().signal,
  clock: systemClock,
  emit: () => {},
});
clearInterval(watching);
const report: PackReport = { ms: performance.now() - from, grownBytes: most - before };
process.send?.(report, () => process.exit(0));
