import { Readable } from 'node:stream';
import type { SandboxService } from '../../src/sandbox/http.ts';

/** One call of a JSON service without the wire: the answer's JSON as it would be sent. Rejects with the AwsFailure. */
export async function callJson(
  service: SandboxService,
  target: string,
  input: unknown,
): Promise<Record<string, unknown>> {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const response = await service({
    method: 'POST',
    path: '/',
    rawPath: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': target },
    body: Readable.from([Buffer.from(body)], { objectMode: false }),
    trailers: {},
    presigned: false,
    peer: '127.0.0.1',
    requestId: 'test',
    signal: new AbortController().signal,
  });
  return JSON.parse(String(response.body));
}
