import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChunked } from '../../src/sandbox/front/chunked.ts';
import {
  chunkStringToSign,
  emptySha256,
  sha256Hex,
  sign,
  signingKey,
  trailerStringToSign,
} from '../../src/sandbox/front/sigv4.ts';
import { AwsFailure } from '../../src/sandbox/http.ts';

const scope = { day: '20261120', region: 'us-east-1', service: 's3' };
const seed = {
  key: signingKey('secret', scope),
  scope,
  amzDate: '20261120T120000Z',
  signature: sha256Hex('the request'),
};

/** The framing as S3's guide describes it. */
function frame(chunks: Buffer[], signed: boolean, trailers: Record<string, string> = {}): Buffer {
  let previous = seed.signature;
  const parts: Buffer[] = [];
  for (const chunk of [...chunks, Buffer.alloc(0)]) {
    previous = sign(seed.key, chunkStringToSign(seed, previous, sha256Hex(chunk)));
    const extension = signed ? `;chunk-signature=${previous}` : '';
    parts.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk);
    if (chunk.length > 0) parts.push(Buffer.from('\r\n'));
  }
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}`);
  parts.push(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
  if (signed && lines.length > 0) {
    const hash = sha256Hex(lines.map((line) => `${line}\n`).join(''));
    const signature = sign(seed.key, trailerStringToSign(seed, previous, hash));
    parts.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`));
  }
  return Buffer.concat([...parts, Buffer.from('\r\n')]);
}

/** The same bytes in pieces of the sizes given, over and over. */
function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function decode(
  bytes: Buffer,
  options: { decodedLength: number; signed?: boolean; trailerNames?: string[]; sizes?: number[] },
): Promise<{ data: Buffer; trailers: Record<string, string> }> {
  const trailers: Record<string, string> = {};
  const decoder = decodeChunked({
    decodedLength: options.decodedLength,
    trailerNames: options.trailerNames ?? [],
    trailers,
    ...(options.signed ? { seed } : {}),
  });
  const source = Readable.from(pieces(bytes, options.sizes ?? [65_536]), { objectMode: false });
  return { data: await buffer(source.pipe(decoder)), trailers };
}

const crc = { 'x-amz-checksum-crc32': 'AAAAAA==' };

describe('an aws-chunked body', () => {
  it.each([true, false])('comes out whole wherever the network cuts it (signed: %s)', async (signed) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (chunks, sizes, trailing) => {
          const data = chunks.map((chunk) => Buffer.from(chunk));
          const trailers = trailing ? crc : {};
          const whole = Buffer.concat(data);
          const decoded = await decode(frame(data, signed, trailers), {
            decodedLength: whole.length,
            signed,
            trailerNames: Object.keys(trailers),
            sizes,
          });
          expect(decoded.data.equals(whole)).toBe(true);
          expect(decoded.trailers).toEqual(trailers);
        },
      ),
      { numRuns: 60 },
    );
  });

  const body = frame([Buffer.from('hello'), Buffer.from('world')], true, crc);
  const text = body.toString('latin1');
  const take = (changed: string, options: Partial<Parameters<typeof decode>[1]> = {}) =>
    decode(Buffer.from(changed, 'latin1'), {
      decodedLength: 10,
      signed: true,
      trailerNames: Object.keys(crc),
      ...options,
    });

  it.each([
    ['an altered byte', text.replace('world', 'w0rld'), 'SignatureDoesNotMatch'],
    ['an altered trailer', text.replace('AAAAAA==', 'AAAAAB=='), 'SignatureDoesNotMatch'],
    [
      'a trailer signature taken away',
      text.replace(/x-amz-trailer-signature:.*\r\n/, ''),
      'SignatureDoesNotMatch',
    ],
    [
      'two chunks changed about',
      text.replace('hello', '-----').replace('world', 'hello').replace('-----', 'world'),
      'SignatureDoesNotMatch',
    ],
    ['a chunk without its signature', text.replace(/;chunk-signature=[0-9a-f]+/, ''), 'InvalidRequest'],
    ['an end that comes too soon', text.slice(0, -40), 'IncompleteBody'],
    ['bytes after its end', `${text}more`, 'InvalidRequest'],
    ['a chunk longer than it says', text.replace('hello', 'hello!'), 'InvalidRequest'],
    ['a size that is no number', text.replace(/^5/, 'x'), 'InvalidRequest'],
    ['a size beyond all bounds', text.replace(/^5/, 'fffffffffff'), 'InvalidRequest'],
    ['a trailer nobody announced', text.replace('crc32', 'crc33'), 'MalformedTrailerError'],
    ['a header line without end', 'a'.repeat(600), 'InvalidRequest'],
  ])('is refused with %s', async (_what, changed, code) => {
    await expect(take(changed)).rejects.toMatchObject({ code });
  });

  it('is refused where it holds more or less than it announced', async () => {
    await expect(take(text, { decodedLength: 9 })).rejects.toMatchObject({ code: 'IncompleteBody' });
    await expect(take(text, { decodedLength: 11 })).rejects.toMatchObject({ code: 'IncompleteBody' });
  });

  it('is refused where an announced trailer is missing', async () => {
    const bare = frame([Buffer.from('hello')], false);
    await expect(
      decode(bare, { decodedLength: 5, trailerNames: ['x-amz-checksum-crc32'] }),
    ).rejects.toMatchObject({ code: 'MalformedTrailerError' });
  });

  it('is refused signed where it was declared unsigned', async () => {
    await expect(take(text, { signed: false })).rejects.toMatchObject({ code: 'InvalidRequest' });
  });

  it('does not let trailers grow without end', async () => {
    const names = Array.from({ length: 400 }, (_unused, index) => `x-amz-meta-${index}`);
    const trailers = Object.fromEntries(names.map((name) => [name, 'v'.repeat(30)]));
    await expect(
      decode(frame([], false, trailers), { decodedLength: 0, trailerNames: names }),
    ).rejects.toMatchObject({ code: 'MalformedTrailerError' });
  });

  it('ends in a failure of the AWS kind whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc
            .string({ unit: fc.constantFrom(...'0123456789abf;=:\r\n-chunksigatre'), maxLength: 120 })
            .map(Buffer.from),
        ),
        fc.boolean(),
        async (bytes, signed) => {
          const error = await decode(Buffer.from(bytes), { decodedLength: 4096, signed }).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          expect(error).toBeInstanceOf(AwsFailure);
        },
      ),
    );
  });

  it('may be empty', async () => {
    const { data } = await decode(frame([], true), { decodedLength: 0, signed: true });
    expect(sha256Hex(data)).toBe(emptySha256);
  });
});
