import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import { isProof } from '../../src/sandbox/daemon/proof.ts';
import { emptySha256, sha256Hex } from '../../src/sandbox/front/sigv4.ts';
import {
  presignWire,
  type SignOptions,
  signWire,
  startTestFront,
  type TestFront,
  testSecret,
  type WireRequest,
} from '../support/front.ts';

const start = Date.UTC(2026, 10, 20, 12);
const minute = 60_000;

let front: TestFront;
let now = start;
const clock: Clock = { now: () => now, sleep: () => Promise.reject(new Error('nothing here sleeps')) };

afterEach(async () => {
  now = start;
  await front.close(0);
});

const open = async (options: Partial<Parameters<typeof startTestFront>[0]> = {}) => {
  front = await startTestFront({ clock, ...options });
  return front;
};

const put: WireRequest = {
  method: 'PUT',
  path: '/bucket/key.txt',
  headers: { 'x-amz-content-sha256': sha256Hex('hello') },
  body: 'hello',
};
const list: WireRequest = {
  method: 'POST',
  path: '/',
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'CodeBuild_20161006.ListProjects',
  },
  body: '{}',
};
const whoAmI: WireRequest = {
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: 'Action=GetCallerIdentity&Version=2011-06-15',
};

const signed = async (wire: WireRequest, options: Partial<SignOptions> = {}) =>
  front.send(await signWire(front.port, wire, { at: now, ...options }));

/** Code of an XML error. */
const xmlCode = (body: string) => /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
const jsonCode = (body: string) => (JSON.parse(body) as { __type: string }).__type;

describe('a request with a good signature', () => {
  it('reaches its service with body, path, query and headers', async () => {
    await open();
    const answer = await signed({ ...put, path: '/bucket/a%20b%2Bc/d.txt?versionId=7&x-id=PutObject' });
    expect(answer.status).toBe(200);
    expect(front.seen).toMatchObject([
      { method: 'PUT', path: '/bucket/a b+c/d.txt', size: 5, sha256: sha256Hex('hello'), presigned: false },
    ]);
    expect(front.seen[0]?.query.get('versionId')).toBe('7');
  });

  it('is answered with an id and the time of the clock', async () => {
    await open();
    const json = await signed(list, { service: 'codebuild' });
    expect(json.headers).toMatchObject({ date: 'Fri, 20 Nov 2026 12:00:00 GMT' });
    expect(json.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    const s3 = await signed(put);
    expect(s3.headers['x-amz-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(s3.headers['x-amz-id-2']).toBeTruthy();
  });

  it('needs no x-amz-content-sha256 at a JSON or Query service: its body is hashed', async () => {
    await open();
    const wire = await signWire(front.port, list, { at: now, service: 'codebuild' });
    const { 'x-amz-content-sha256': _hash, authorization, ...headers } = wire.headers ?? {};
    const without = String(authorization).replace(';x-amz-content-sha256', '');
    // Another set of signed headers is another signature, which botocore would make of this same request.
    const refused = await front.send({ ...wire, headers: { ...headers, authorization: without } });
    expect(jsonCode(refused.body)).toBe('InvalidSignatureException');
    const { canonicalRequest, sign, signingKey, stringToSign } = await import(
      '../../src/sandbox/front/sigv4.ts'
    );
    const names = ['content-type', 'host', 'x-amz-date', 'x-amz-target'];
    const scope = { day: '20261120', region: 'us-east-1', service: 'codebuild' };
    const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const canonical = canonicalRequest(
      { method: 'POST', query: [], headers: plain },
      '/',
      names,
      sha256Hex('{}'),
    );
    const signature = sign(
      signingKey(testSecret.secretAccessKey, scope),
      stringToSign('20261120T120000Z', scope, canonical),
    );
    const authorized = `AWS4-HMAC-SHA256 Credential=${testSecret.accessKeyId}/20261120/us-east-1/codebuild/aws4_request, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    const answer = await front.send({ ...wire, headers: { ...headers, authorization: authorized } });
    expect(answer.status).toBe(200);
    const altered = await front.send({
      ...wire,
      headers: { ...headers, authorization: authorized },
      body: '{ }',
    });
    expect(jsonCode(altered.body)).toBe('InvalidSignatureException');
  });

  it('counts as activity, an unsigned one does not', async () => {
    await open();
    await front.send({ path: '/bucket/key' });
    expect(front.activity().count).toBe(0);
    await signed(put);
    expect(front.activity().count).toBe(1);
  });
});

describe('a presigned link', () => {
  const link = (expiresIn: number, at = now) =>
    presignWire(front.port, { path: '/bucket/k' }, { at, expiresIn });

  it('is let in until it expires', async () => {
    await open();
    const path = await link(60);
    expect((await front.send({ path })).status).toBe(200);
    expect(front.seen[0]?.presigned).toBe(true);
    now += 59_999;
    expect((await front.send({ path })).status).toBe(200);
    now += 1;
    const late = await front.send({ path });
    expect(late.status).toBe(403);
    expect(late.body).toContain('<Message>Request has expired</Message>');
    expect(xmlCode(late.body)).toBe('AccessDenied');
  });

  it('lives longer than the quarter of an hour that other signatures have', async () => {
    await open();
    const path = await link(604_800);
    now += 6 * 24 * 60 * minute;
    expect((await front.send({ path })).status).toBe(200);
  });

  it('may not live longer than a week', async () => {
    await open();
    const path = (await link(604_800)).replace('X-Amz-Expires=604800', 'X-Amz-Expires=604801');
    expect(xmlCode((await front.send({ path })).body)).toBe('AuthorizationQueryParametersError');
  });

  it('is not let in before its time', async () => {
    await open();
    const path = await link(3600, now + 16 * minute);
    expect((await front.send({ path })).body).toContain('Request is not yet valid');
  });

  it('is worth nothing with another key, method, expiry or parameter', async () => {
    await open();
    const path = await link(60);
    const changed: WireRequest[] = [
      { path: path.replace('/k?', '/other?') },
      { path, method: 'DELETE' },
      { path, method: 'HEAD' },
      { path: path.replace('X-Amz-Expires=60', 'X-Amz-Expires=600') },
      { path: `${path}&versionId=1` },
    ];
    for (const wire of changed) {
      const answer = await front.send(wire);
      expect(answer.status).toBe(403);
      if (wire.method !== 'HEAD') expect(xmlCode(answer.body)).toBe('SignatureDoesNotMatch');
    }
    expect(front.seen).toEqual([]);
  });

  it('excludes an Authorization header beside it', async () => {
    await open();
    const path = await link(60);
    const answer = await front.send({ path, headers: { authorization: 'AWS4-HMAC-SHA256 x' } });
    expect(xmlCode(answer.body)).toBe('InvalidArgument');
  });
});

describe('a request without a good signature is refused in the words of its service', () => {
  const stranger = { accessKeyId: 'AKIASTRANGERSTRANGER', secretAccessKey: 'x' };
  const forger = { ...testSecret, secretAccessKey: 'guess' };
  const guest = { ...testSecret, sessionToken: 'token' };
  const json = { wire: list, options: { service: 'codebuild' } };
  const query = { wire: whoAmI, options: { service: 'sts' } };
  const s3 = { wire: put, options: {} };

  it.each([
    ['an unknown key', json, { secret: stranger }, 400, 'UnrecognizedClientException'],
    ['an unknown key', query, { secret: stranger }, 403, 'InvalidClientTokenId'],
    ['an unknown key', s3, { secret: stranger }, 403, 'InvalidAccessKeyId'],
    ['a wrong secret', json, { secret: forger }, 400, 'InvalidSignatureException'],
    ['a wrong secret', query, { secret: forger }, 403, 'SignatureDoesNotMatch'],
    ['a wrong secret', s3, { secret: forger }, 403, 'SignatureDoesNotMatch'],
    ['a session token', json, { secret: guest }, 400, 'UnrecognizedClientException'],
    ['a session token', query, { secret: guest }, 403, 'InvalidClientTokenId'],
    ['a session token', s3, { secret: guest }, 400, 'InvalidToken'],
    ['another region', json, { region: 'eu-west-1' }, 400, 'InvalidSignatureException'],
    ['another region', query, { region: 'eu-west-1' }, 403, 'SignatureDoesNotMatch'],
    ['another region', s3, { region: 'eu-west-1' }, 400, 'AuthorizationHeaderMalformed'],
    ['an old signature', json, { at: start - 16 * minute }, 400, 'InvalidSignatureException'],
    ['an old signature', query, { at: start - 16 * minute }, 403, 'SignatureDoesNotMatch'],
    ['an old signature', s3, { at: start - 16 * minute }, 403, 'RequestTimeTooSkewed'],
    ['a signature of the future', s3, { at: start + 16 * minute }, 403, 'RequestTimeTooSkewed'],
    ["another service's scope", json, { service: 'logs' }, 400, 'InvalidSignatureException'],
  ] as const)('%s', async (_what, { wire, options }, change, status, code) => {
    await open();
    const answer = await signed(wire, { ...options, ...change });
    expect(answer.status).toBe(status);
    expect(
      'service' in options && options.service === 'codebuild' ? jsonCode(answer.body) : xmlCode(answer.body),
    ).toBe(code);
    expect(front.seen).toEqual([]);
  });

  it('unsigned', async () => {
    await open();
    const json = await front.send(list);
    expect([json.status, jsonCode(json.body)]).toEqual([400, 'MissingAuthenticationTokenException']);
    expect(json.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
    const query = await front.send(whoAmI);
    expect([query.status, xmlCode(query.body)]).toEqual([403, 'MissingAuthenticationToken']);
    const s3 = await front.send({ path: '/bucket/key' });
    expect([s3.status, xmlCode(s3.body)]).toEqual([403, 'AccessDenied']);
  });

  it('signed for another body', async () => {
    await open();
    const wire = await signWire(front.port, put, { at: now });
    const altered = await front.send({ ...wire, body: 'jello' });
    expect([altered.status, xmlCode(altered.body)]).toEqual([400, 'XAmzContentSHA256Mismatch']);
    const rehashed = await front.send({
      ...wire,
      headers: { ...wire.headers, 'x-amz-content-sha256': sha256Hex('jello') },
      body: 'jello',
    });
    expect(xmlCode(rehashed.body)).toBe('SignatureDoesNotMatch');
    const call = await signWire(front.port, list, { at: now, service: 'codebuild' });
    expect(jsonCode((await front.send({ ...call, body: '{"a":1}' })).body)).toBe('InvalidSignatureException');
    expect(front.seen).toEqual([]);
  });

  it('with a steering header left unsigned', async () => {
    await open();
    const wire = await signWire(front.port, put, { at: now });
    const answer = await front.send({ ...wire, headers: { ...wire.headers, 'x-amz-meta-added': 'later' } });
    expect([answer.status, xmlCode(answer.body)]).toEqual([403, 'AccessDenied']);
    expect(answer.body).toContain('<HeadersNotSigned>x-amz-meta-added</HeadersNotSigned>');
  });

  it('with an object sent under no hash at all, or one that is none', async () => {
    await open();
    const wire = await signWire(front.port, put, { at: now });
    const { 'x-amz-content-sha256': _hash, ...headers } = wire.headers ?? {};
    const answer = await front.send({ ...wire, headers });
    expect([answer.status, xmlCode(answer.body)]).toEqual([400, 'InvalidRequest']);
    const odd = await signed({ ...put, headers: { 'x-amz-content-sha256': 'SOMETHING' } });
    expect([odd.status, xmlCode(odd.body)]).toEqual([400, 'InvalidArgument']);
  });

  it('unsigned payloads are for S3 alone', async () => {
    await open();
    const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    expect((await signed({ ...put, headers: unsigned })).status).toBe(200);
    const answer = await signed(
      { ...list, headers: { ...list.headers, ...unsigned } },
      { service: 'codebuild' },
    );
    expect(jsonCode(answer.body)).toBe('InvalidSignatureException');
  });

  it('with the signature of another age of AWS', async () => {
    await open();
    const old = await front.send({ path: '/b/k', headers: { authorization: 'AWS AKIA:sig' } });
    expect([old.status, xmlCode(old.body)]).toEqual([400, 'InvalidRequest']);
    const link = await front.send({ path: '/b/k?AWSAccessKeyId=AKIA&Expires=1&Signature=s' });
    expect([link.status, xmlCode(link.body)]).toEqual([400, 'InvalidRequest']);
  });
});

describe('what is not offered is named', () => {
  it.each([
    [
      'an operation of JSON',
      'codebuild',
      { 'x-amz-target': 'CodeBuild_20161006.' },
      400,
      'UnknownOperationException',
    ],
    [
      'a JSON service',
      'dynamodb',
      { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      400,
      'UnknownOperationException',
    ],
  ])('%s', async (_what, service, headers, status, code) => {
    await open();
    const answer = await signed({ ...list, headers: { ...list.headers, ...headers } }, { service });
    expect([answer.status, jsonCode(answer.body)]).toEqual([status, code]);
    expect(answer.body).toContain(service);
  });

  it('a service of REST and JSON', async () => {
    await open();
    const answer = await signed({ path: '/2015-03-31/functions' }, { service: 'lambda' });
    expect([answer.status, jsonCode(answer.body)]).toEqual([400, 'UnknownOperationException']);
    expect(answer.body).toContain('lambda (GET /2015-03-31/functions)');
  });

  it.each([
    ['an action', 'sts', 'Action=AssumeRole&Version=2011-06-15', 'AssumeRole'],
    ['a version', 'sts', 'Action=GetCallerIdentity&Version=1999-01-01', '1999-01-01'],
    ['a Query service', 'iam', 'Action=ListUsers&Version=2010-05-08', 'iam (ListUsers)'],
  ])('%s', async (_what, service, body, named) => {
    await open();
    const answer = await signed({ ...whoAmI, body }, { service });
    expect([answer.status, xmlCode(answer.body)]).toEqual([400, 'InvalidAction']);
    expect(answer.body).toContain(named);
  });
});

describe('a web page can do nothing', () => {
  it.each<[string, (port: number) => Record<string, string>]>([
    ['an Origin', () => ({ origin: 'https://evil.example' })],
    ['an Origin that is null', () => ({ origin: 'null' })],
    ['our own Origin', (port) => ({ origin: `http://127.0.0.1:${port}` })],
    ['a request of another site', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['a request of the same site', () => ({ 'sec-fetch-site': 'same-site' })],
    ['a name that points at 127.0.0.1', (port) => ({ host: `rebound.example:${port}` })],
    ['localhost', (port) => ({ host: `localhost:${port}` })],
    ['a host without its port', () => ({ host: '127.0.0.1' })],
  ])('%s is refused though the signature is good', async (_what, extra) => {
    await open();
    const answer = await signed({ ...put, headers: { ...put.headers, ...extra(front.port) } });
    expect(answer.status).toBe(403);
    expect(front.seen).toEqual([]);
    for (const name of Object.keys(answer.headers)) expect(name).not.toMatch(/^access-control-/);
  });

  it('gets no answer to a preflight', async () => {
    await open();
    const answer = await front.send({
      method: 'OPTIONS',
      path: '/bucket/key',
      headers: { 'access-control-request-method': 'PUT' },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is refused before its body is read', async () => {
    await open();
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(front.port, '127.0.0.1');
      socket.setEncoding('utf8');
      socket.on('error', reject);
      // The body never comes; the answer must.
      socket.once('data', (data) => {
        socket.destroy();
        resolve(String(data));
      });
      socket.write(
        `PUT /b/k HTTP/1.1\r\nHost: 127.0.0.1:${front.port}\r\nOrigin: https://evil.example\r\nContent-Length: 1000000\r\n\r\n`,
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('Expect: 100-continue', () => {
  it('is answered once the signature is good', async () => {
    await open();
    const wire = await signWire(front.port, put, { at: now });
    const expecting = {
      ...wire,
      headers: { ...wire.headers, expect: '100-continue', 'content-length': '5' },
    };
    const answer = await front.send(expecting);
    expect([answer.status, answer.continued]).toEqual([200, true]);
    const refused = await front.send({
      ...expecting,
      headers: { ...expecting.headers, 'x-amz-content-sha256': emptySha256 },
    });
    expect([refused.status, refused.continued]).toEqual([403, false]);
  });
});

describe('too much', () => {
  it('of a message is refused, announced or not', async () => {
    await open();
    const body = ' '.repeat(1024 ** 2 + 1);
    const announced = await signed({ ...list, body }, { service: 'codebuild' });
    expect([announced.status, jsonCode(announced.body)]).toEqual([413, 'RequestEntityTooLargeException']);
    const wire = await signWire(front.port, { ...list, body }, { at: now, service: 'codebuild' });
    const streamed = await front.send({
      ...wire,
      headers: { ...wire.headers, 'transfer-encoding': 'chunked' },
    });
    expect([streamed.status, jsonCode(streamed.body)]).toEqual([413, 'RequestEntityTooLargeException']);
    const form = await signed({ ...whoAmI, body: `${whoAmI.body}&x=${body}` }, { service: 'sts' });
    expect([form.status, xmlCode(form.body)]).toEqual([413, 'RequestEntityTooLarge']);
  });

  it('of an object is refused by what it announces', async () => {
    await open();
    const wire = {
      ...put,
      headers: { ...put.headers, 'content-length': String(6 * 1024 ** 3), expect: '100-continue' },
    };
    const answer = await signed(wire);
    expect([answer.status, xmlCode(answer.body), answer.continued]).toEqual([400, 'EntityTooLarge', false]);
  });
});

describe('the proof of the secret', () => {
  const nonce = `${'0'.repeat(63)}1`;

  it('is given to anybody who asks well, and tells nothing else', async () => {
    await open();
    const answer = await front.send({ path: `/.ccwb/prove?nonce=${nonce}` });
    const { proof } = JSON.parse(answer.body) as { proof: string };
    expect(isProof(proof, testSecret.secretAccessKey, nonce, front.port)).toBe(true);
    expect(isProof(proof, testSecret.secretAccessKey, nonce, front.port + 1)).toBe(false);
    expect(isProof(proof, 'another', nonce, front.port)).toBe(false);
    expect((await front.send({ path: '/.ccwb/prove?nonce=short' })).status).toBe(400);
  });

  it('is not given to a web page', async () => {
    await open();
    const answer = await front.send({
      path: `/.ccwb/prove?nonce=${nonce}`,
      headers: { origin: 'https://evil.example' },
    });
    expect(answer.status).toBe(403);
  });

  it('does not open the routes beside it', async () => {
    await open();
    for (const path of ['/.ccwb/status', '/.ccwb/stop', '/.ccwb/prove/../stop']) {
      expect((await front.send({ path })).status).toBe(403);
    }
    expect(front.seen).toEqual([]);
  });
});
