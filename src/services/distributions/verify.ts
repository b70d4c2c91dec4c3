import { createHash } from 'node:crypto';
import { AppError, isAbort } from '../../domain/errors.ts';
import { formatBytes } from '../../domain/format.ts';
import { transfer } from '../aws-call.ts';
import { cleanText } from '../clean-text.ts';
import type { DistributionsDeps } from './deps.ts';
import type { Measure } from './package/staged-file.ts';
import { createProgress, type RunContext } from './run-context.ts';

/** Silence on the line after which reading back is given up, and how often that is looked at; ms. */
const silenceMs = 30_000;
const lookEveryMs = 5_000;

/**
 * VERIFY: downloads the package through the link as a stranger would, without credentials, and compares every byte.
 * @returns what was done, in one sentence.
 */
export async function verify(
  deps: DistributionsDeps,
  url: string,
  expected: Measure,
  context: RunContext,
): Promise<string> {
  await deps.aws.call(
    { doing: 'Reading the package back', action: 's3:GetObject' },
    context.signal,
    (signal) => readBack(deps, url, expected, context, signal),
    transfer,
  );
  return `Read back through the link: all ${formatBytes(expected.size)}, sha256 as packed.`;
}

async function readBack(
  deps: DistributionsDeps,
  url: string,
  expected: Measure,
  context: RunContext,
  signal: AbortSignal,
): Promise<void> {
  const watchdog = watchSilence(deps, signal);
  try {
    const response = await fetch(url, { signal: watchdog.signal, redirect: 'manual' });
    watchdog.heard();
    if (response.status !== 200 || !response.body) throw await refusedLink(response);
    const found = await measure(response.body, expected.size, watchdog.heard, context);
    if (found.size !== expected.size || found.sha256 !== expected.sha256) throw otherBytes(found, expected);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw unreachable(error, watchdog.silent());
  } finally {
    watchdog.stop();
  }
}

async function measure(
  body: ReadableStream<Uint8Array>,
  total: number,
  heard: () => void,
  context: RunContext,
): Promise<Measure> {
  const progress = createProgress(context, total);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of body) {
    heard();
    size += chunk.length;
    hash.update(chunk);
    // More than there should be: the rest need not be read to know that it is wrong.
    if (size > total) break;
    progress(size);
  }
  return { size, sha256: hash.digest('hex') };
}

type Watchdog = { signal: AbortSignal; heard: () => void; silent: () => boolean; stop: () => void };

/** Aborts when nothing was heard for a while; `fetch` by itself would wait for minutes. */
function watchSilence(deps: DistributionsDeps, signal: AbortSignal): Watchdog {
  const given = new AbortController();
  const stop = new AbortController();
  let heardAt = deps.clock.now();
  const watch = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await deps.clock.sleep(lookEveryMs, stop.signal);
      if (deps.clock.now() - heardAt >= silenceMs) given.abort();
    }
  };
  void watch().catch(() => {});
  return {
    signal: AbortSignal.any([signal, given.signal]),
    heard: () => {
      heardAt = deps.clock.now();
    },
    silent: () => given.signal.aborted,
    stop: () => stop.abort(),
  };
}

/** Enough for any error of S3; whatever else answers need not be read to its end. */
const mostErrorBytes = 8 * 1024;

async function refusedLink(response: Response): Promise<AppError> {
  const text = await beginning(response);
  const code = cleanText(/<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? '');
  const message = cleanText(/<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '');
  const said = [code, message].filter(Boolean).join(': ') || 'no reason given';
  return new AppError({
    kind: response.status === 403 ? 'permission' : response.status >= 500 ? 'unavailable' : 'failed',
    message: `The link does not work: HTTP ${response.status}, ${said}.`,
    hint:
      response.status === 403
        ? 'The identity that signs needs s3:GetObject and s3:GetObjectVersion, and no bucket policy may deny it.'
        : 'Is something between here and S3, a proxy for instance?',
    retryable: response.status >= 500,
  });
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > mostErrorBytes) break;
  }
  return text;
}

function otherBytes(found: Measure, expected: Measure): AppError {
  const what =
    found.size > expected.size
      ? `more than its ${expected.size} bytes`
      : found.size < expected.size
        ? `${found.size} of its ${expected.size} bytes`
        : `sha256 ${found.sha256} instead of ${expected.sha256}`;
  return new AppError({
    kind: 'failed',
    message: `What comes through the link is not the package: ${what}.`,
    hint: 'Something between here and S3 changes downloads; nothing was recorded.',
  });
}

function unreachable(error: unknown, silent: boolean): AppError {
  // fetch says only "fetch failed"; its cause says why.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  const reason =
    silent || isAbort(error) ? `nothing came for ${silenceMs / 1000} s` : (code ?? String(cause));
  return new AppError({
    kind: 'network',
    message: `The link cannot be read back: ${cleanText(reason)}.`,
    hint: 'Check the network and proxy; nothing was recorded. Try again.',
    retryable: true,
    cause: error,
  });
}
