/** Packs the files named by its arguments (the zip first) as a distribution does; sends a {@link PackReport}. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { systemClock } from '../../../src/services/clock.ts';
import { pack } from '../../../src/services/distributions/package/pack.ts';
import type { StagedFile } from '../../../src/services/distributions/package/staged-file.ts';

export type PackReport = { ms: number; grownBytes: number };

const [zip = '', ...names] = process.argv.slice(2);
const before = process.memoryUsage.rss();
const files: StagedFile[] = [];
for (const file of names) {
  files.push({ path: basename(file), file, ...measured(file), mode: 0o644, origin: 'bench' });
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

/** What CHECK knows of a file; read into one buffer, so that the memory counted is that of packing. */
function measured(file: string): { size: number; sha256: string } {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  const handle = openSync(file, 'r');
  let size = 0;
  for (;;) {
    const length = readSync(handle, buffer);
    if (length === 0) break;
    hash.update(buffer.subarray(0, length));
    size += length;
  }
  closeSync(handle);
  return { size, sha256: hash.digest('hex') };
}
