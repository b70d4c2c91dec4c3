import { createHash } from 'node:crypto';
import { AppError, isAbort } from '../../../domain/errors.ts';
import type { Say } from '../../../domain/ports/links.ts';
import { transfer } from '../../aws-call.ts';
import { cleanText } from '../../clean-text.ts';
import type { DistributionsDeps } from '../deps.ts';
import { deadline } from '../grace.ts';
import type { Measure } from '../package/staged-file.ts';

type Deps = Pick<DistributionsDeps, 'aws' | 'clock'>;

/** What a link answers: all its bytes measured, or a refusal with S3's code for it. */
export type Reading = ({ status: 200 } & Measure) | { status: number; code: string; size?: never };

/** How long an answer to the first byte is waited for, ms. */
const firstByteMs = 30_000;
/** Enough for any error of S3. */
const mostErrorBytes = 8 * 1024;

/**
 * Reads a link as a stranger would, without credentials, to its end; `onlyStatus` where only the answer counts.
 * @throws AppError `network` where no answer comes.
 */
export async function readThrough(
  deps: Deps,
  url: string,
  options: { total?: number; onlyStatus?: boolean },
  say: Say,
  signal: AbortSignal,
): Promise<Reading> {
  return deps.aws.call(
    { doing: 'Reading the link', action: 's3:GetObject' },
    signal,
    async (abortSignal) => {
      const limit = deadline(deps.clock, firstByteMs);
      try {
        const response = await fetch(url, {
          signal: AbortSignal.any([abortSignal, limit.signal]),
          redirect: 'manual',
          // Of a link that is only tried one byte is enough; what is not signed may be sent along.
          headers: options.onlyStatus ? { range: 'bytes=0-0' } : {},
        });
        if (response.status >= 500 || response.status === 429) throw busy(response.status);
        if (options.onlyStatus || response.status !== 200 || !response.body) return await refusal(response);
        limit.done();
        return { status: 200, ...(await measure(response.body, options.total, say)) };
      } catch (error) {
        abortSignal.throwIfAborted();
        throw error instanceof AppError ? error : unreachable(error);
      } finally {
        limit.done();
      }
    },
    transfer,
  );
}

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

async function refusal(response: Response): Promise<Reading> {
  let text = '';
  const decoder = new TextDecoder();
  if (response.status >= 300) {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > mostErrorBytes) break;
    }
  } else await response.body?.cancel();
  return { status: response.status, code: cleanText(/<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? '') };
}

function busy(status: number): AppError {
  return new AppError({
    kind: 'unavailable',
    message: `The link answers with HTTP ${status}.`,
    hint: 'Try again later.',
    retryable: true,
  });
}

function unreachable(error: unknown): AppError {
  // fetch says only "fetch failed"; its cause says why.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  const reason = isAbort(error) ? `nothing came for ${firstByteMs / 1000} s` : (code ?? String(cause));
  return new AppError({
    kind: 'network',
    message: `The link cannot be read: ${cleanText(reason)}.`,
    hint: 'Check the network and proxy.',
    retryable: true,
    cause: error,
  });
}
