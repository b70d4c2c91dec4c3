import { describe, expect, it } from 'vitest';
import { readHead } from '../../src/sandbox/front/request-head.ts';
import {
  canonicalPaths,
  canonicalRequest,
  chunkStringToSign,
  emptySha256,
  equalHex,
  sha256Hex,
  sign,
  signingKey,
  stringToSign,
} from '../../src/sandbox/front/sigv4.ts';

/** The examples of the S3 guide, "Signature Calculations for the Authorization Header" and its two sisters. */
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const scope = { day: '20130524', region: 'us-east-1', service: 's3' };
const amzDate = '20130524T000000Z';
const key = signingKey(secret, scope);

const signatureOf = (
  method: string,
  url: string,
  headers: Record<string, string>,
  signed: string[],
  hash: string,
) => {
  const head = readHead({ method, url, rawHeaders: Object.entries(headers).flat() });
  return sign(
    key,
    stringToSign(amzDate, scope, canonicalRequest(head, canonicalPaths(head, 's3')[0] ?? '', signed, hash)),
  );
};

describe('the signature of a request', () => {
  it('is that of the guide for a GET', () => {
    expect(
      signatureOf(
        'GET',
        '/test.txt',
        {
          Host: 'examplebucket.s3.amazonaws.com',
          Range: 'bytes=0-9',
          'x-amz-content-sha256': emptySha256,
          'x-amz-date': amzDate,
        },
        ['host', 'range', 'x-amz-content-sha256', 'x-amz-date'],
        emptySha256,
      ),
    ).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  });

  it('is that of the guide for a PUT whose key needs encoding', () => {
    const hash = sha256Hex('Welcome to Amazon S3.');
    expect(
      signatureOf(
        'PUT',
        '/test$file.text',
        {
          Date: 'Fri, 24 May 2013 00:00:00 GMT',
          Host: 'examplebucket.s3.amazonaws.com',
          'x-amz-content-sha256': hash,
          'x-amz-date': amzDate,
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        },
        ['date', 'host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-storage-class'],
        hash,
      ),
    ).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  });

  it('is that of the guide for a query without values', () => {
    const headers = {
      Host: 'examplebucket.s3.amazonaws.com',
      'x-amz-content-sha256': emptySha256,
      'x-amz-date': amzDate,
    };
    const signed = ['host', 'x-amz-content-sha256', 'x-amz-date'];
    expect(signatureOf('GET', '/?lifecycle', headers, signed, emptySha256)).toBe(
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    );
    expect(signatureOf('GET', '/?max-keys=2&prefix=J', headers, signed, emptySha256)).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    );
  });

  it('is that of the guide for a presigned link, which leaves itself out', () => {
    const query = [
      'X-Amz-Algorithm=AWS4-HMAC-SHA256',
      'X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request',
      'X-Amz-Date=20130524T000000Z',
      'X-Amz-Expires=86400',
      'X-Amz-SignedHeaders=host',
    ].join('&');
    const wanted = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    expect(
      signatureOf(
        'GET',
        `/test.txt?${query}&X-Amz-Signature=${wanted}`,
        { Host: 'examplebucket.s3.amazonaws.com' },
        ['host'],
        'UNSIGNED-PAYLOAD',
      ),
    ).toBe(wanted);
  });

  it('chains the chunks of a body as the guide does', () => {
    const seed = signatureOf(
      'PUT',
      '/examplebucket/chunkObject.txt',
      {
        Host: 's3.amazonaws.com',
        'x-amz-date': amzDate,
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        'Content-Encoding': 'aws-chunked',
        'x-amz-decoded-content-length': '66560',
        'Content-Length': '66824',
      },
      [
        'content-encoding',
        'content-length',
        'host',
        'x-amz-content-sha256',
        'x-amz-date',
        'x-amz-decoded-content-length',
        'x-amz-storage-class',
      ],
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    );
    expect(seed).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9');
    const chunk = (previous: string, data: string) =>
      sign(key, chunkStringToSign({ amzDate, scope }, previous, sha256Hex(data)));
    const first = chunk(seed, 'a'.repeat(65_536));
    expect(first).toBe('ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648');
    const second = chunk(first, 'a'.repeat(1024));
    expect(second).toBe('0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497');
    expect(chunk(second, '')).toBe('b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9');
  });
});

describe('the path in a signature', () => {
  const paths = (rawPath: string, service: string) =>
    canonicalPaths(readHead({ method: 'GET', url: rawPath, rawHeaders: [] }), service);

  it('is encoded anew or taken as it was sent, for S3', () => {
    expect(paths('/b/a%20b', 's3')).toEqual(['/b/a%20b']);
    expect(paths('/b/a$b', 's3')).toEqual(['/b/a%24b', '/b/a$b']);
    expect(paths('/b/%2e%2e%2fc', 's3')).toEqual(['/b/../c', '/b/%2e%2e%2fc']);
  });

  it('is encoded twice for the others', () => {
    expect(paths('/a%20b', 'lambda')).toEqual(['/a%2520b']);
  });
});

describe('comparing signatures', () => {
  it('takes equal ones alone', () => {
    expect(equalHex('00ff', '00ff')).toBe(true);
    expect(equalHex('00ff', '00fe')).toBe(false);
    expect(equalHex('00ff', '00')).toBe(false);
  });

  it('never takes nothing for equal', () => {
    expect(equalHex('', '')).toBe(false);
    expect(equalHex('zz', 'zz')).toBe(false);
  });
});
