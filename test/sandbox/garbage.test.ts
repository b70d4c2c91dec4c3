import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signWire, startTestFront, type TestFront } from '../support/front.ts';

let front: TestFront;

const clock = { now: () => 0, sleep: () => Promise.reject(new Error('nothing here sleeps')) };
beforeAll(async () => {
  front = await startTestFront({ clock });
});
afterAll(() => front.close(0));

/** Sends bytes as they are and gives what comes back until the server hangs up or `enough` has come. */
function raw(bytes: string | Uint8Array, options: { half?: boolean } = {}): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(front.port, '127.0.0.1');
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      answer += String(data);
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    if (options.half) socket.write(bytes, () => socket.destroy());
    else socket.end(bytes);
  });
}

const alive = async () => (await front.send({ path: '/bucket/key' })).status;
const status = (answer: string) => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
const line = (text: string) => `${text}\r\nHost: 127.0.0.1:${front.port}\r\n`;

describe('a client that takes for ever', () => {
  it.each<[string, (port: number) => Promise<string>, string[]]>([
    ['over its headers', async () => 'GET /b/k HTTP/1.1\r\nHost: 127', ['408']],
    ['over anything at all', async () => '', ['408']],
    [
      'over a body that it may not send',
      async (port) => `PUT /b/k HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 10\r\n\r\n{`,
      ['403'],
    ],
    [
      'over the body of a signed request',
      async (port) => {
        const wire = { method: 'PUT', path: '/b/k', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } };
        const { headers = {} } = await signWire(port, wire, { at: 0 });
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
        return `PUT /b/k HTTP/1.1\r\n${lines.join('')}Content-Length: 10\r\n\r\n{`;
      },
      ['408'],
    ],
  ])('%s is cut off', async (_what, bytes, expected) => {
    const hasty = await startTestFront({ clock, timeouts: { headersMs: 50, requestMs: 100, checkMs: 20 } });
    try {
      const text = await bytes(hasty.port);
      const answer = await new Promise<string>((resolve) => {
        let heard = '';
        const socket = connect(hasty.port, '127.0.0.1');
        socket.setEncoding('latin1').on('data', (data) => {
          heard += String(data);
        });
        socket.on('error', () => {}).on('close', () => resolve(heard));
        socket.write(text);
      });
      expect(expected).toContain(status(answer) ?? '');
      expect(hasty.seen).toEqual([]);
      expect(hasty.log).toEqual([]);
    } finally {
      await hasty.close(0);
    }
  });
});

describe('bytes that are no request', () => {
  it('are answered or dropped, and the next request is served', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc
            .array(
              fc.constantFrom(
                'GET ',
                '/',
                ' HTTP/1.1',
                '\r\n',
                ':',
                'Host',
                '\0',
                '\x16\x03\x01',
                'Transfer-Encoding: chunked',
              ),
            )
            .map((parts) => parts.join('')),
        ),
        async (bytes) => {
          expect(
            ['', '400', '403', '431', '405', '408', '501', '505'].includes(status(await raw(bytes)) ?? ''),
          ).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
    expect(await alive()).toBe(403);
  });

  it.each([
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400'],
    ['headers without end', () => `${line('GET / HTTP/1.1')}X: ${'x'.repeat(40_000)}\r\n\r\n`, '431'],
    [
      'two lengths',
      () => `${line('PUT /b/k HTTP/1.1')}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      '400',
    ],
    [
      'a length and chunks',
      () => `${line('PUT /b/k HTTP/1.1')}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      '400',
    ],
    ['a negative length', () => `${line('PUT /b/k HTTP/1.1')}Content-Length: -1\r\n\r\n`, '400'],
    ['a header folded', () => `${line('GET / HTTP/1.1')}X: a\r\n b\r\n\r\n`, '400'],
    ['a bare line feed in a header', () => `${line('GET / HTTP/1.1')}X: a\nY: b\r\n\r\n`, '400'],
    [
      'an absolute address',
      () => `GET http://127.0.0.1:${front.port}/b/k HTTP/1.1\r\nHost: 127.0.0.1:${front.port}\r\n\r\n`,
      '400',
    ],
    ['no host', () => 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['HTTP/1.0 without a host', () => 'GET / HTTP/1.0\r\n\r\n', '403'],
    ['two hosts', () => `${line('GET / HTTP/1.1')}Host: evil.example\r\n\r\n`, '400'],
    ['a tunnel', () => 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n', undefined],
    ['an unknown expectation', () => `${line('PUT /b/k HTTP/1.1')}Expect: magic\r\n\r\n`, '417'],
    [
      'an upgrade',
      () => `${line('GET /b/k HTTP/1.1')}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      '403',
    ],
    ['TRACE', () => `${line('TRACE / HTTP/1.1')}\r\n`, '405'],
    [
      'broken chunks',
      () =>
        `${line('POST / HTTP/1.1')}X-Amz-Target: CodeBuild_20161006.ListProjects\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      '400',
    ],
  ])('%s', async (_what, bytes, expected) => {
    expect(status(await raw(Buffer.from(bytes(), 'latin1')))).toBe(expected);
    expect(await alive()).toBe(403);
  });

  it('may stop at any byte of a request', async () => {
    const whole = `${line('POST / HTTP/1.1')}X-Amz-Target: CodeBuild_20161006.ListProjects\r\nContent-Length: 2\r\n\r\n{}`;
    for (let end = 1; end < whole.length; end += 7) await raw(whole.slice(0, end), { half: true });
    expect(await alive()).toBe(403);
    expect(front.log).toEqual([]);
  });
});
