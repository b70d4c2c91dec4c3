import { createHash, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { AwsFailure } from '../http.ts';
import { refusal } from '../refusals.ts';
import { chunkStringToSign, equalHex, sha256Hex, sign, trailerStringToSign } from './sigv4.ts';
import type { VerifiedSignature } from './verify-signature.ts';

/** The line before a chunk: its size in hex and, signed, 80 characters of extension. */
const maxLineBytes = 512;
/** All trailing headers together; checksums need some hundred bytes. */
const maxTrailerBytes = 8 * 1024;
/** S3 takes no chunk larger than what a single PUT may hold; a size beyond 2^40 is an attack on the counter. */
const sizeLine = /^([0-9a-fA-F]{1,10})$/;

export type ChunkedOptions = {
  decodedLength: number;
  /** Set where every chunk carries a signature that hangs on this one. */
  seed?: VerifiedSignature;
  /** Names that the request announced in `x-amz-trailer`, lower case; others are refused. */
  trailerNames: readonly string[];
  /** Filled while the body ends. */
  trailers: Record<string, string>;
};

type Phase = 'size' | 'data' | 'data-end' | 'trailer' | 'done';

/**
 * Takes the aws-chunked framing off a body ("Signature calculations for the authorization header: transferring
 * payload in multiple chunks"), checking sizes, signatures and trailers. Bytes are passed on as they come, so a
 * wrong signature shows as an error of the stream: nothing may be kept before its end.
 */
export function decodeChunked(options: ChunkedOptions): Transform {
  let phase: Phase = 'size';
  let line: Buffer = Buffer.alloc(0);
  let left = 0;
  let total = 0;
  let trailerBytes = 0;
  let chunkSignature = '';
  let previous = options.seed?.signature ?? '';
  let hash: Hash = createHash('sha256');
  let trailerText = '';
  let trailerSignature: string | undefined;

  /** The bytes up to CRLF once they are all there; what follows them is handed back through `rest`. */
  const takeLine = (chunk: Buffer): { text: string; rest: Buffer } | undefined => {
    const joined = line.length === 0 ? chunk : Buffer.concat([line, chunk]);
    const end = joined.indexOf('\r\n');
    if ((end < 0 ? joined.length : end) > maxLineBytes) throw badFrame('The chunk header is too long.');
    if (end < 0) {
      line = Buffer.from(joined);
      return undefined;
    }
    line = Buffer.alloc(0);
    return { text: joined.toString('latin1', 0, end), rest: joined.subarray(end + 2) };
  };

  const startChunk = (text: string) => {
    const semicolon = text.indexOf(';');
    const size = sizeLine.exec(semicolon < 0 ? text : text.slice(0, semicolon))?.[1];
    const extension = semicolon < 0 ? '' : text.slice(semicolon + 1);
    if (size === undefined) throw badFrame('The chunk size is no hexadecimal number.');
    if (options.seed === undefined) {
      if (extension !== '')
        throw badFrame('The body is declared unsigned, yet a chunk carries an extension.');
    } else {
      chunkSignature = /^chunk-signature=([0-9a-f]{64})$/.exec(extension)?.[1] ?? '';
      if (chunkSignature === '') throw badFrame('A chunk carries no signature.');
    }
    left = Number.parseInt(size, 16);
    total += left;
    if (total > options.decodedLength) throw incomplete();
    hash = createHash('sha256');
    if (left > 0) phase = 'data';
    else {
      verifyChunk();
      phase = 'trailer';
    }
  };

  const verifyChunk = () => {
    if (options.seed === undefined) return;
    const expected = sign(options.seed.key, chunkStringToSign(options.seed, previous, hash.digest('hex')));
    if (!equalHex(expected, chunkSignature)) throw refusal('s3', 'wrong-signature');
    previous = chunkSignature;
  };

  const takeTrailer = (text: string) => {
    if (text === '') {
      verifyTrailers();
      phase = 'done';
      return;
    }
    trailerBytes += text.length;
    const colon = text.indexOf(':');
    const name = text.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = text.slice(colon + 1).trim();
    if (colon < 1 || trailerBytes > maxTrailerBytes) throw badTrailer();
    if (name === 'x-amz-trailer-signature' && options.seed !== undefined) {
      if (trailerSignature !== undefined) throw badTrailer();
      trailerSignature = value;
      return;
    }
    // A trailer that nobody announced is outside what the client's signature promised.
    if (!options.trailerNames.includes(name) || Object.hasOwn(options.trailers, name)) throw badTrailer();
    options.trailers[name] = value;
    trailerText += `${name}:${value}\n`;
  };

  const verifyTrailers = () => {
    if (options.trailerNames.some((name) => !Object.hasOwn(options.trailers, name))) throw badTrailer();
    if (options.seed === undefined || options.trailerNames.length === 0) return;
    const expected = sign(
      options.seed.key,
      trailerStringToSign(options.seed, previous, sha256Hex(trailerText)),
    );
    if (!equalHex(expected, trailerSignature ?? '')) throw refusal('s3', 'wrong-signature');
  };

  const consume = (input: Buffer, push: (data: Buffer) => void) => {
    let chunk = input;
    while (chunk.length > 0) {
      if (phase === 'data') {
        const part = chunk.subarray(0, left);
        if (options.seed !== undefined) hash.update(part);
        push(part);
        left -= part.length;
        chunk = chunk.subarray(part.length);
        if (left === 0) {
          verifyChunk();
          phase = 'data-end';
        }
        continue;
      }
      if (phase === 'done') throw badFrame('Bytes follow the end of the chunked body.');
      const taken = takeLine(chunk);
      if (taken === undefined) return;
      chunk = taken.rest;
      if (phase === 'size') startChunk(taken.text);
      else if (phase === 'trailer') takeTrailer(taken.text);
      else if (taken.text === '') phase = 'size';
      else throw badFrame('A chunk is longer than it says.');
    }
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      try {
        consume(chunk, (data) => this.push(data));
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
    flush(done: TransformCallback) {
      done(phase === 'done' && total === options.decodedLength ? null : incomplete());
    },
  });
}

function badFrame(message: string): AwsFailure {
  return new AwsFailure('InvalidRequest', message, 400);
}

function badTrailer(): AwsFailure {
  return new AwsFailure(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    400,
  );
}

function incomplete(): AwsFailure {
  return new AwsFailure(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
    400,
  );
}
