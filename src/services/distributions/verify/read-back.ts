import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { formatBytes } from '../../../domain/format.ts';
import type { Measure } from '../package/staged-file.ts';
import { createProgress, type RunContext } from '../run-context.ts';
import { readExactly } from '../upload/read-exactly.ts';
import { otherBytes } from './failures.ts';
import { type ReadDeps, type Reading, readStretch, type Sink } from './read-stretch.ts';
import type { Source, Stretch } from './source.ts';

const MiB = 1024 ** 2;

/** Packages up to this size are read back whole; of larger ones some stretches, compared with the file. */
export const wholeUpTo = 512 * MiB;
const edge = 8 * MiB;
const between = { count: 8, bytes: MiB };

export type ReadBackOptions = {
  /** The package on disk, to compare stretches with; absent → always read whole. */
  file?: string;
  /** Bytes up to which it is read whole. */
  wholeUpTo?: number;
};

/** What was compared, as the end of a sentence. */
export type ReadBack = { said: string; isWhole: boolean };

/**
 * Reads a package through a source and compares it with what was packed.
 * @throws AppError where anything differs.
 */
export async function readBack(
  deps: ReadDeps,
  source: Source,
  expected: Measure,
  options: ReadBackOptions,
  context: RunContext,
): Promise<ReadBack> {
  const { file, wholeUpTo: limit = wholeUpTo } = options;
  if (file === undefined || expected.size <= limit) {
    const as = file === undefined ? 'recorded' : 'packed';
    return readWhole(deps, source, { ...expected, as }, context);
  }
  return readSamples(deps, source, expected, file, context);
}

async function readWhole(
  deps: ReadDeps,
  source: Source,
  expected: Measure & { as: string },
  context: RunContext,
): Promise<ReadBack> {
  const progress = createProgress(context, expected.size);
  const hash = createHash('sha256');
  let done = 0;
  const sink: Sink = (bytes) => {
    hash.update(bytes);
    done += bytes.length;
    progress(done);
  };
  const all = { from: 0, to: expected.size - 1 };
  await readStretch(deps, source, { size: expected.size }, all, sink, context.signal);
  const found = hash.digest('hex');
  if (found !== expected.sha256) throw otherBytes.sha256(found, expected.sha256);
  return { said: `all ${formatBytes(expected.size)}, sha256 as ${expected.as}`, isWhole: true };
}

async function readSamples(
  deps: ReadDeps,
  source: Source,
  expected: Measure,
  file: string,
  context: RunContext,
): Promise<ReadBack> {
  const stretches = samplesOf(expected);
  const total = stretches.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const progress = createProgress(context, total);
  const reading: Reading = { size: expected.size };
  const handle = await open(file);
  let done = 0;
  try {
    for (const stretch of stretches) {
      const compare = comparing(handle, stretch.from);
      const sink: Sink = async (bytes) => {
        await compare(bytes);
        done += bytes.length;
        progress(done);
      };
      await readStretch(deps, source, reading, stretch, sink, context.signal);
    }
  } finally {
    await handle.close();
  }
  const middle = `${between.count} stretches of ${between.bytes / MiB} MiB between them`;
  return {
    said: `its size of ${formatBytes(expected.size)}, and the first and last ${edge / MiB} MiB and ${middle} as packed`,
    isWhole: false,
  };
}

/** Both edges, and stretches between them that the package itself chooses: the same for the same package. */
function samplesOf({ size, sha256 }: Measure): Stretch[] {
  if (size <= 2 * edge + between.bytes) return [{ from: 0, to: size - 1 }];
  const room = size - 2 * edge - between.bytes;
  const starts = Array.from({ length: between.count }, (_, index) => {
    const seed = createHash('sha256').update(`${sha256} ${index}`).digest().readUIntBE(0, 6);
    return edge + (seed % room);
  }).sort((a, b) => a - b);
  return [
    { from: 0, to: edge - 1 },
    ...starts.map((from) => ({ from, to: from + between.bytes - 1 })),
    { from: size - edge, to: size - 1 },
  ];
}

function comparing(handle: FileHandle, start: number): Sink {
  let at = start;
  return async (bytes) => {
    const packed = Buffer.allocUnsafe(bytes.length);
    await readExactly(handle, at, packed);
    if (!packed.equals(bytes)) throw otherBytes.at(at);
    at += bytes.length;
  };
}
