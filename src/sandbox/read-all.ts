import type { Readable } from 'node:stream';

/** Requests of JSON and Query services are read whole before their service sees them. */
export const maxMessageBytes = 1024 ** 2;

/**
 * The whole of a stream in memory, `limit` bytes at most.
 * @param admit told of every piece before it is kept; what it throws ends the reading.
 * @throws what `tooLarge` makes as soon as there are more; the stream is left as it is.
 */
export async function readAll(
  stream: Readable,
  limit: number,
  tooLarge: () => Error,
  admit: (bytes: number) => void = () => {},
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving it early would destroy the stream, and a request takes its connection along.
  await new Promise<void>((resolve, reject) => {
    const finish = (error?: Error) => {
      stream.off('data', take).off('end', finishWell).off('error', finish).off('close', finishCut);
      if (error === undefined) resolve();
      else {
        stream.pause();
        reject(error);
      }
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        finish(tooLarge());
        return;
      }
      try {
        admit(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        finish(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const finishWell = () => finish();
    const finishCut = () => finish(new Error('The connection ended before the body did.'));
    stream.on('data', take).on('end', finishWell).on('error', finish).on('close', finishCut);
  });
  return Buffer.concat(chunks);
}
