import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { type Dialect, hostId } from '../dialect.ts';
import type { SandboxResponse } from '../http.ts';

/** How much of a refused body is thrown away before the connection is cut, and for how long. */
export type Patience = { bytes: number; ms: number };

/** For somebody who has not shown to know the secret. */
export const littlePatience: Patience = { bytes: 1024 ** 2, ms: 1_000 };
/** For a client of ours: an upload that is refused half-way should read why instead of seeing a reset. */
export const muchPatience: Patience = { bytes: 64 * 1024 ** 2, ms: 10_000 };

export type Envelope = { dialect: Dialect; requestId: string; now: number; patience: Patience };

/** Sends an answer with the headers that every one has. Resolves when it is out or the connection is gone. */
export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: SandboxResponse,
  envelope: Envelope,
): Promise<void> {
  // What is left of the body decides whether the connection can carry another request.
  const unread = !request.complete;
  const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const headers: Record<string, string | number> = {
    ...idHeaders(envelope),
    date: new Date(envelope.now).toUTCString(),
    // What lies in the bucket must never run as a page of this origin.
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    ...answer.headers,
  };
  if (unread) headers.connection = 'close';
  const bodyless = request.method === 'HEAD' || answer.status === 204 || answer.status === 304;
  if (!bodyless && !(bytes instanceof Readable)) headers['content-length'] = bytes?.byteLength ?? 0;
  response.writeHead(answer.status, headers);
  if (bodyless) {
    if (bytes instanceof Readable) bytes.destroy();
  } else if (bytes instanceof Readable) {
    await pipeline(bytes, response, { end: false });
  } else if (bytes !== undefined && bytes.byteLength > 0) {
    response.write(bytes);
  }
  if (unread) {
    // Only here: Node flushes headers as UTF-8, which would encode what is not ASCII in them twice.
    response.flushHeaders();
    // The answer is on its way; cutting the line now could take it from a client that is still sending.
    await discard(request, envelope.patience);
  }
  response.end();
  await finished(response).catch(() => {});
}

function idHeaders(envelope: Envelope): Record<string, string> {
  return envelope.dialect === 's3'
    ? { 'x-amz-request-id': envelope.requestId, 'x-amz-id-2': hostId(envelope.requestId), server: 'AmazonS3' }
    : { 'x-amzn-requestid': envelope.requestId };
}

/** Reads on to nowhere until the body, the patience or the connection ends. */
function discard(request: IncomingMessage, patience: Patience): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const done = () => {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('close', done).off('error', done);
      resolve();
    };
    const count = (chunk: Buffer) => {
      seen += chunk.length;
      if (seen > patience.bytes) done();
    };
    const timer = setTimeout(done, patience.ms);
    timer.unref();
    request.on('data', count).on('end', done).on('close', done).on('error', done);
    request.resume();
  });
}
