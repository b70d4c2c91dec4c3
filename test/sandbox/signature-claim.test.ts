import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sandboxAccount } from '../../src/sandbox/account.ts';
import { declaredPayloadHash, planPayload } from '../../src/sandbox/front/payload.ts';
import { readHead } from '../../src/sandbox/front/request-head.ts';
import { readClaim } from '../../src/sandbox/front/signature-claim.ts';
import { checkClaim, verifySignature } from '../../src/sandbox/front/verify-signature.ts';
import { AwsFailure } from '../../src/sandbox/http.ts';

const account = sandboxAccount({ dir: '/nowhere', platform: 'linux', arch: 'x64' });
const secret = { accessKeyId: 'AKIAEXAMPLEEXAMPLEEX', secretAccessKey: 'not a guess away' };
const now = Date.UTC(2026, 10, 20, 12);
const signature = 'a'.repeat(64);
const credential = `${secret.accessKeyId}/20261120/us-east-1/s3/aws4_request`;

/** Everything that is done with a stranger's request before its signature is known to be wrong. */
function judge(request: { method: string; url: string; rawHeaders: string[] }): void {
  const head = readHead(request);
  const claim = readClaim(head);
  checkClaim(head, claim, { secret, account, now, maxSkewMs: 900_000 });
  const declared = declaredPayloadHash(head, claim);
  verifySignature(head, claim, secret, declared);
  planPayload(head, declared);
}

const outcome = (request: Parameters<typeof judge>[0]): unknown => {
  try {
    judge(request);
    return 'let in';
  } catch (error) {
    return error;
  }
};

const bits = fc.constantFrom(
  'AWS4-HMAC-SHA256',
  'AWS4-HMAC-SHA256 ',
  'Credential=',
  `Credential=${credential}`,
  'SignedHeaders=',
  'SignedHeaders=host',
  'SignedHeaders=host;x-amz-date',
  'Signature=',
  `Signature=${signature}`,
  ',',
  ', ',
  '=',
  '/',
  ';',
  '__proto__',
  '%',
  '%00',
  '%ff',
  'é',
);
const scraps = fc.oneof(bits, fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 6 }));
const hostile = fc.array(scraps, { maxLength: 10 }).map((parts) => parts.join(''));
const headerName = fc.oneof(
  fc.constantFrom(
    'Host',
    'X-Amz-Date',
    'x-amz-content-sha256',
    'Date',
    '__proto__',
    'constructor',
    'Authorization',
  ),
  fc.string({ maxLength: 10 }),
);

describe('whatever a stranger sends', () => {
  it('in headers, address and method ends in a failure of the AWS kind', () => {
    fc.assert(
      fc.property(
        fc.record({
          method: fc.oneof(fc.constantFrom('GET', 'PUT', 'POST'), fc.string({ maxLength: 6 })),
          url: fc.oneof(
            hostile.map((text) => `/${text}`),
            hostile,
            hostile.map((text) => `/?X-Amz-Signature=${text}`),
          ),
          rawHeaders: fc.array(fc.tuple(headerName, hostile), { maxLength: 8 }).map((pairs) => pairs.flat()),
        }),
        (request) => {
          expect(outcome(request)).toBeInstanceOf(AwsFailure);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('in an Authorization header that is nearly right, too', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, fc.constantFrom('GET', 'POST'), (key, names, value, method) => {
        const authorization = `AWS4-HMAC-SHA256 Credential=${key}, SignedHeaders=${names}, Signature=${value}`;
        const rawHeaders = ['Host', 'h', 'X-Amz-Date', '20261120T120000Z', 'Authorization', authorization];
        expect(outcome({ method, url: '/b/k', rawHeaders })).toBeInstanceOf(AwsFailure);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a claim that is not well formed', () => {
  const judged = (authorization: string, headers: string[] = []) => {
    const rawHeaders = [
      'Host',
      'h',
      'X-Amz-Date',
      '20261120T120000Z',
      'Authorization',
      authorization,
      ...headers,
    ];
    return (outcome({ method: 'GET', url: '/b/k', rawHeaders }) as AwsFailure).code;
  };
  const good = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${signature}`;

  it.each([
    ['no credential', good.replace('Credential=', 'Cred='), 'AuthorizationHeaderMalformed'],
    ['a short credential', good.replace('/aws4_request', ''), 'AuthorizationHeaderMalformed'],
    ['a long credential', good.replace('aws4_request', 'aws4_request/more'), 'AuthorizationHeaderMalformed'],
    ['host left unsigned', good.replace('host;', ''), 'AuthorizationHeaderMalformed'],
    [
      'signed headers out of order',
      good.replace('host;x-amz-date', 'x-amz-date;host'),
      'AuthorizationHeaderMalformed',
    ],
    ['a header signed twice', good.replace('host;', 'host;host;'), 'AuthorizationHeaderMalformed'],
    ['a part given twice', `${good}, Signature=${signature}`, 'AuthorizationHeaderMalformed'],
    ['a signature that is no hex', good.replace(signature, 'g'.repeat(64)), 'SignatureDoesNotMatch'],
    ['a short signature', good.replace(signature, 'a'.repeat(63)), 'SignatureDoesNotMatch'],
    ['the scope of another day', good.replace('20261120', '20261121'), 'AuthorizationHeaderMalformed'],
    ['another algorithm', good.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'), 'InvalidRequest'],
  ])('is refused: %s', (_what, authorization, code) => {
    expect(judged(authorization)).toBe(code);
  });

  it('is refused for two dates, hosts or hashes', () => {
    for (const header of ['X-Amz-Date', 'Host', 'Authorization']) {
      expect(judged(good, [header, 'again'])).toBe('InvalidRequest');
    }
  });

  it('is refused with a date that is none', () => {
    const dated = (date: string) =>
      (
        outcome({
          method: 'GET',
          url: '/b/k',
          rawHeaders: ['Host', 'h', 'X-Amz-Date', date, 'Authorization', good],
        }) as AwsFailure
      ).code;
    expect(dated('yesterday')).toBe('AuthorizationHeaderMalformed');
    expect(dated('2026-11-20T12:00:00Z')).toBe('AuthorizationHeaderMalformed');
  });
});

describe('an address', () => {
  it.each(['http://evil.example/b/k', '*', '', 'b/k', '/%zz', '/%ff', '/a%00b', '/\u00e9'])(
    '%j is refused',
    (url) => {
      expect((outcome({ method: 'GET', url, rawHeaders: [] }) as AwsFailure).code).toBe('InvalidURI');
    },
  );

  it('keeps its dots and slashes: they are part of a key', () => {
    const head = readHead({ method: 'GET', url: '/b/../a//b/./%2e%2e/c', rawHeaders: [] });
    expect(head.path).toBe('/b/../a//b/./../c');
    expect(head.rawPath).toBe('/b/../a//b/./%2e%2e/c');
  });

  it('reads + in a query as a space, in a path as itself', () => {
    const head = readHead({ method: 'GET', url: '/b/a+b?prefix=a+b%2Bc', rawHeaders: [] });
    expect(head.path).toBe('/b/a+b');
    expect(head.query).toEqual([['prefix', 'a b+c']]);
  });
});
