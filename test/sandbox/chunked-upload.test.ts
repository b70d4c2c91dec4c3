import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  chunkStringToSign,
  sha256Hex,
  sign,
  signingKey,
  trailerStringToSign,
} from '../../src/sandbox/front/sigv4.ts';
import { signWire, startTestFront, type TestFront, testSecret, type WireRequest } from '../support/front.ts';

const now = Date.UTC(2026, 10, 20, 12);
const scope = { day: '20261120', region: 'us-east-1', service: 's3' };
const context = { amzDate: '20261120T120000Z', scope };
const key = signingKey(testSecret.secretAccessKey, scope);

let front: TestFront;
beforeEach(async () => {
  front = await startTestFront({
    clock: { now: () => now, sleep: () => Promise.reject(new Error('nothing here sleeps')) },
  });
});
afterEach(() => front.close(0));

/** An upload in signed chunks, framed by hand: no SDK for JavaScript makes one, other clients do. */
async function upload(chunks: string[], trailer?: [string, string]): Promise<WireRequest> {
  const declared = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`;
  const wire: WireRequest = {
    method: 'PUT',
    path: '/bucket/key',
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': declared,
      'x-amz-decoded-content-length': String(chunks.join('').length),
      ...(trailer ? { 'x-amz-trailer': trailer[0] } : {}),
    },
  };
  const signed = await signWire(front.port, wire, { at: now });
  let previous = /Signature=([0-9a-f]{64})$/.exec(String(signed.headers?.authorization))?.[1] ?? '';
  let body = '';
  for (const chunk of [...chunks, '']) {
    previous = sign(key, chunkStringToSign(context, previous, sha256Hex(chunk)));
    body += `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`;
  }
  if (trailer) {
    const signature = sign(key, trailerStringToSign(context, previous, sha256Hex(`${trailer.join(':')}\n`)));
    body += `${trailer.join(':')}\r\nx-amz-trailer-signature:${signature}\r\n`;
  }
  return { ...signed, body: `${body}\r\n` };
}

describe('an upload in signed chunks', () => {
  it('reaches its service without the framing', async () => {
    expect((await front.send(await upload(['hello ', 'world']))).status).toBe(200);
    expect(front.seen).toMatchObject([{ size: 11, sha256: sha256Hex('hello world') }]);
  });

  it('hands its trailers over', async () => {
    const wire = await upload(['a'.repeat(100_000)], ['x-amz-checksum-crc32', 'AAAAAA==']);
    expect((await front.send(wire)).status).toBe(200);
    expect(front.seen[0]?.size).toBe(100_000);
    expect({ ...front.seen[0]?.trailers }).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
  });

  it('is refused with an answer where a chunk was altered on its way', async () => {
    const wire = await upload(['hello ', 'world']);
    const answer = await front.send({ ...wire, body: String(wire.body).replace('world', 'w0rld') });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<Code>SignatureDoesNotMatch</Code>');
    expect(front.seen).toEqual([]);
  });

  it('is refused where it ends before its end', async () => {
    const wire = await upload(['hello ', 'world']);
    const answer = await front.send({ ...wire, body: String(wire.body).slice(0, -100) });
    expect(answer.body).toContain('<Code>IncompleteBody</Code>');
  });

  it('is refused where it does not say how long it is', async () => {
    const wire = await signWire(
      front.port,
      {
        method: 'PUT',
        path: '/bucket/key',
        headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
        body: 'x',
      },
      { at: now },
    );
    expect((await front.send(wire)).body).toContain('<Code>MissingContentLength</Code>');
  });
});
