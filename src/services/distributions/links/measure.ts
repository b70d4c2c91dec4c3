import { createHash } from 'node:crypto';
import type { Say } from '../../../domain/ports/links.ts';
import type { Measure } from '../package/staged-file.ts';

/** Size and sha256 of a stream; tells how far it is where the whole is known. */
export async function measure(
  body: AsyncIterable<Uint8Array>,
  total: number | undefined,
  say: Say,
  taken: (chunk: Uint8Array) => Promise<unknown> = async () => {},
): Promise<Measure> {
  const hash = createHash('sha256');
  let size = 0;
  let said = 0;
  for await (const chunk of body) {
    size += chunk.length;
    hash.update(chunk);
    await taken(chunk);
    // A hundredth at a time: more than that nobody sees.
    if (total !== undefined && ((size - said) * 100 >= total || size === total)) {
      said = size;
      say({ kind: 'progress', done: Math.min(size, total), total });
    }
  }
  return { size, sha256: hash.digest('hex') };
}
