import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DistributionEvent } from '../../../src/domain/distribution.ts';
import { createCall } from '../../../src/services/aws-call.ts';
import { linkSource } from '../../../src/services/distributions/verify/link-source.ts';
import { ownAddress } from '../../../src/services/distributions/verify/own-address.ts';
import { type ReadBackOptions, readBack } from '../../../src/services/distributions/verify/read-back.ts';
import { createQuickClock } from './quick-clock.ts';

type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  range: { from: number; to: number },
) => void;

let server: Server;
let url: string;
let answer: Answer;
let asked: string[];
let dir: string;
let controller: AbortController;
const etag = '"one"';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-read-back-'));
  asked = [];
  controller = new AbortController();
  server = createServer((request, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    asked.push(`${from}-${to}${request.headers['if-match'] ? ` ${request.headers['if-match']}` : ''}`);
    answer(request, response, { from: Number(from), to: Number(to) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/package.zip`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dir, { recursive: true, force: true });
});

const MiB = 1024 ** 2;
const measureOf = (bytes: Buffer) => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** Answers ranges of these bytes as S3 does. */
const serving =
  (bytes: Buffer): Answer =>
  (_, response, { from, to }) => {
    const part = bytes.subarray(from, to + 1);
    response.writeHead(206, {
      etag,
      'content-length': part.length,
      'content-range': `bytes ${from}-${from + part.length - 1}/${bytes.length}`,
    });
    response.end(part);
  };

async function read(expected: Buffer, options: ReadBackOptions = {}) {
  const clock = createQuickClock(0);
  const call = createCall({
    clock,
    random: () => 0,
    credentials: { generation: () => 0, renew: () => false, isLooking: () => false },
  });
  const events: DistributionEvent[] = [];
  const context = {
    step: 'VERIFY' as const,
    signal: controller.signal,
    clock,
    emit: (event: DistributionEvent) => void events.push(event),
  };
  return readBack({ aws: { call }, clock }, linkSource(url), measureOf(expected), options, context);
}

describe('reading a package back', () => {
  const bytes = randomBytes(3 * MiB);

  it('reads it whole and compares its sha256', async () => {
    answer = serving(bytes);
    expect(await read(bytes)).toEqual({ said: 'all 3.0 MiB, sha256 as recorded', isWhole: true });
    expect(asked).toEqual([`0-${bytes.length - 1}`]);
  });

  it('goes on where the connection was cut, with the same object', async () => {
    let cuts = 0;
    answer = (request, response, range) => {
      if (cuts >= 3) return serving(bytes)(request, response, range);
      cuts += 1;
      const part = bytes.subarray(range.from, range.to + 1);
      response.writeHead(206, {
        etag,
        'content-length': part.length,
        'content-range': `bytes ${range.from}-${range.to}/${bytes.length}`,
      });
      response.write(part.subarray(0, 512 * 1024), () => response.destroy());
    };
    await read(bytes);
    expect(asked).toHaveLength(4);
    const starts = asked.map((one) => Number.parseInt(one, 10));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(0);
    expect(asked.slice(1).every((one) => one.endsWith(` ${etag}`))).toBe(true);
  });

  it('tries again where the connection was cut before anything came', async () => {
    answer = (request, response, range) => {
      if (asked.length > 1) return serving(bytes)(request, response, range);
      response.writeHead(206, { etag, 'content-range': `bytes 0-${range.to}/${bytes.length}` });
      response.flushHeaders();
      return response.socket?.end();
    };
    expect((await read(bytes)).isWhole).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('takes an answer that heeds no range, and passes over what it has', async () => {
    let first = true;
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      if (first) response.write(bytes.subarray(0, MiB), () => response.destroy());
      else response.end(bytes);
      first = false;
    };
    expect((await read(bytes)).isWhole).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['other bytes', Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]), 'sha256'],
    ['fewer', bytes.subarray(1), `${bytes.length - 1} of its`],
    ['more', Buffer.concat([bytes, bytes]), 'more than its'],
  ])('refuses %s', async (_, served, message) => {
    answer = serving(served);
    await expect(read(bytes)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(message),
    });
  });

  it('refuses what begins behind what was asked for', async () => {
    answer = (_, response, { to }) => {
      response.writeHead(206, { etag, 'content-range': `bytes 1-${to}/${bytes.length}` });
      response.end(bytes.subarray(1));
    };
    await expect(read(bytes)).rejects.toMatchObject({
      message: expect.stringContaining('other bytes than were asked for'),
    });
  });

  it('refuses more bytes than were announced to nobody', async () => {
    answer = (_, response) => {
      response.writeHead(200, {});
      response.end(Buffer.concat([bytes, Buffer.from('x')]));
    };
    await expect(read(bytes)).rejects.toMatchObject({ message: expect.stringContaining('more than its') });
  });

  it('refuses an object that was replaced while it was read', async () => {
    let first = true;
    answer = (_, response, range) => {
      if (!first) {
        response.writeHead(412, {});
        return response.end('<Error><Code>PreconditionFailed</Code><Message>At least one</Message></Error>');
      }
      first = false;
      response.writeHead(206, { etag, 'content-range': `bytes 0-${range.to}/${bytes.length}` });
      return response.write(bytes.subarray(0, 100), () => response.destroy());
    };
    await expect(read(bytes)).rejects.toMatchObject({
      message: expect.stringContaining('412, PreconditionFailed'),
    });
  });

  it('tries again what S3 cannot answer now, and gives up what it refuses', async () => {
    answer = (request, response, range) => {
      if (asked.length > 2) return serving(bytes)(request, response, range);
      response.writeHead(503, {});
      return response.end('<Error><Code>SlowDown</Code></Error>');
    };
    expect((await read(bytes)).isWhole).toBe(true);
    answer = (_, response) => {
      response.writeHead(403, {});
      response.end(`<Error><Code>AccessDenied</Code><Message>${'x'.repeat(100_000)}</Message></Error>`);
    };
    await expect(read(bytes)).rejects.toMatchObject({ kind: 'permission' });
  });

  it('ends at once when it is aborted', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100), () => controller.abort());
    };
    await expect(read(bytes)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('follows nobody elsewhere', async () => {
    answer = (_, response) => {
      response.writeHead(307, { location: 'http://127.0.0.1:1/' });
      response.end();
    };
    await expect(read(bytes)).rejects.toMatchObject({ message: expect.stringContaining('HTTP 307') });
    expect(asked).toHaveLength(1);
  });
});

describe('a package too large to be read whole', () => {
  const large = Buffer.alloc(40 * MiB);
  for (let at = 0; at < large.length; at += 4096) large.writeUInt32LE(at, at);
  const options = async () => {
    const file = join(dir, 'package.zip');
    await writeFile(file, large);
    return { file, wholeUpTo: 10 * MiB };
  };

  it('is compared at both ends and in between, and what was done is said', async () => {
    answer = serving(large);
    expect(await read(large, await options())).toEqual({
      said: 'its size of 40 MiB, and the first and last 8 MiB and 8 stretches of 1 MiB between them as packed',
      isWhole: false,
    });
    expect(asked).toHaveLength(10);
    expect(asked[0]).toBe(`0-${8 * MiB - 1}`);
    expect(asked.at(-1)).toBe(`${32 * MiB}-${40 * MiB - 1} ${etag}`);
    const once = [...asked];
    asked = [];
    await read(large, await options());
    expect(asked).toEqual(once);
  });

  it('is refused where a stretch differs, or its size', async () => {
    const other = Buffer.from(large);
    other[large.length - 5] = 1;
    answer = serving(other);
    await expect(read(large, await options())).rejects.toMatchObject({
      message: expect.stringMatching(/other bytes than were packed from byte \d+ on/),
    });
    answer = serving(large.subarray(1));
    await expect(read(large, await options())).rejects.toMatchObject({ kind: 'failed' });
  });
});

describe('the address that S3 sees', () => {
  it.each([
    ['sandbox', '127.0.0.1', '127.0.0.1', '127.0.0.1/32'],
    ['sandbox', '::ffff:127.0.0.1', '::ffff:127.0.0.1', '127.0.0.1/32'],
    ['aws', '203.0.113.7', '52.1.2.3', '203.0.113.7/32'],
    ['aws', '2001:db8::7', '2600::1', '2001:db8::7/128'],
    ['aws', '192.168.1.7', '52.1.2.3', undefined],
    // To a proxy on this machine or in this network.
    ['aws', '127.0.0.1', '127.0.0.1', undefined],
    ['aws', '203.0.113.7', '10.0.0.1', undefined],
    ['aws', 'fe80::1%eth0', '2600::1', undefined],
    ['aws', undefined, '52.1.2.3', undefined],
  ] as const)('on %s from %s to %s is %s', (place, localAddress, remoteAddress, expected) => {
    expect(ownAddress({ localAddress, remoteAddress }, place)?.text).toBe(expected);
  });
});
