import { AppError } from '../../../domain/errors.ts';
import { transfer } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { notReadBack, otherBytes, refusedLink } from './failures.ts';
import type { Opened, Source, Stretch } from './source.ts';
import { watched } from './watchdog.ts';

export type ReadDeps = { aws: Pick<DistributionsDeps['aws'], 'call'>; clock: DistributionsDeps['clock'] };

/** Takes bytes as they come, in order. May throw what is wrong with them. */
export type Sink = (bytes: Uint8Array) => void | Promise<void>;

/** What is being read: its size, and which object it was the first time. */
export type Reading = { size: number; etag?: string | undefined };

/**
 * Reads a stretch through a source, going on where it was when the connection is cut, always of the same object.
 * @throws AppError where it is refused, is not there, or has another size than it should.
 */
export async function readStretch(
  deps: ReadDeps,
  source: Source,
  reading: Reading,
  { from, to }: Stretch,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  let at = from;
  const attempt = (callSignal: AbortSignal) =>
    watched(deps.clock, notReadBack, callSignal, async (watchedSignal, heard) => {
      const began = at;
      const answer = await source({ from: at, to }, reading.etag, watchedSignal);
      heard();
      if (answer.kind === 'refused') throw refusedLink(answer);
      checkSame(answer, at, reading);
      try {
        for await (const bytes of wanted(answer, at, heard)) {
          if (answer.total === undefined && bytes.length > reading.size - at)
            throw otherBytes.more(reading.size);
          const part = bytes.subarray(0, to + 1 - at);
          await sink(part);
          at += part.length;
          if (at > to && answer.total !== undefined) break;
        }
      } catch (error) {
        // Cut after some of it: the rest is asked for, which is no failed try.
        const isCut = at > began && !watchedSignal.aborted && !(error instanceof AppError);
        if (!isCut) throw error;
      }
      if (at === began) throw otherBytes.fewer(at, reading.size);
    });
  while (at <= to) {
    await deps.aws.call(
      { doing: 'Reading the package back', action: 's3:GetObject' },
      signal,
      attempt,
      transfer,
    );
  }
}

function checkSame(answer: Opened, at: number, reading: Reading): void {
  const { total, from, etag, body } = answer;
  const wrong = total !== undefined && total !== reading.size;
  if (wrong || from > at) {
    body.destroy();
    if (wrong)
      throw total > reading.size ? otherBytes.more(reading.size) : otherBytes.fewer(total, reading.size);
    throw otherBytes.elsewhere();
  }
  reading.etag ??= etag;
}

/** The bytes from `at` on; what comes before, where the range was not heeded, is let pass. */
async function* wanted({ body, from }: Opened, at: number, heard: () => void): AsyncGenerator<Uint8Array> {
  let position = from;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    heard();
    const skipped = Math.min(chunk.length, Math.max(0, at - position));
    position += chunk.length;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
}
