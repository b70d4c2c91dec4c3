import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { askSubject } from '../ask-subject.ts';
import { compilerLine } from '../lines.ts';
import { writeNoise } from '../noise.ts';
import { timeOf, versionOf } from '../processes.ts';
import type { Bench, Row } from '../row.ts';
import { inTurn, median } from '../statistics.ts';
import type { PackReport } from '../subjects/pack.ts';

const mib = 1024 * 1024;
const times = 3;
const bigMib = 512;

/** Packs text and incompressible bytes, half and half, as `zip -6` does; then one big file for what it takes. */
export const pack: Row = {
  name: 'pack',
  async measure(bench) {
    const files = makeFiles(bench);
    const zip = join(bench.dir, 'packed.zip');
    const ours = async () => {
      const { ms } = await askSubject<PackReport>(bench, 'pack', [zip, ...files]);
      rmSync(zip);
      return ms;
    };
    const version = versionOf('zip');
    const theirs = () => {
      if (version === undefined) return Number.NaN;
      const ms = timeOf('zip', ['-6', '-q', zip, ...files.map((file) => basename(file))], { cwd: bench.dir });
      rmSync(zip);
      return ms;
    };
    const [oursMs, zipMs] = (await inTurn(times, ours, theirs)).map(median);
    const [packMs = Number.NaN, peerMs = Number.NaN] = [oursMs, zipMs];
    const speed = (ms: number) => `${((32 * mib) / ms / 1000).toFixed(1)} MB/s`;
    const big = join(bench.dir, 'big.bin');
    writeNoise(big, bigMib);
    const { grownBytes } = await askSubject<PackReport>(bench, 'pack', [zip, big]);
    for (const file of [...files, big, zip]) rmSync(file);
    return [
      {
        name: 'pack/speed',
        what: `zip throughput ÷ zip -6 on the same 32 MiB (${speed(packMs)}, median of ${times})`,
        value: version === undefined ? undefined : peerMs / packMs,
        unit: '×',
        goal: { atLeast: 1 },
        peer: version === undefined ? 'zip is not installed' : `zip ${version}: ${speed(peerMs)}`,
      },
      {
        name: 'pack/memory',
        what: `RSS growth while a package of ${bigMib} MiB is packed`,
        value: grownBytes / 1e6,
        unit: 'MB',
        goal: { atMost: 64 },
        peer: `the package, ${bigMib} MiB (in place of 2 GiB)`,
      },
    ];
  },
};

function makeFiles(bench: Bench): string[] {
  const text = join(bench.dir, 'text.txt');
  const bytes = join(bench.dir, 'bytes.bin');
  const lines: string[] = [];
  for (let number = 0, size = 0; size < 16 * mib; number++) {
    const line = compilerLine(number);
    lines.push(line);
    size += line.length;
  }
  writeFileSync(text, lines.join(''));
  writeNoise(bytes, 16);
  return [text, bytes];
}
