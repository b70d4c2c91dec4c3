import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { signWire, startTestFront, type TestFront, type WireRequest } from '../support/front.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock(Date.UTC(2026, 10, 20));
const prove = `GET /.ccwb/prove?nonce=${'0'.repeat(64)} HTTP/1.1\r\n`;
let front: TestFront;
let sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await front.close(0);
});

type Visitor = { socket: Socket; heard: string; isGone: boolean };

/** A connection on which something was said, and what came back on it so far. */
async function visit(bytes: string | Buffer): Promise<Visitor> {
  const socket = connect(front.port, '127.0.0.1');
  sockets.push(socket);
  const visitor: Visitor = { socket, heard: '', isGone: false };
  socket.on('error', () => {});
  socket.on('close', () => {
    visitor.isGone = true;
  });
  socket.on('data', (chunk) => {
    visitor.heard += chunk.toString();
  });
  await once(socket, 'connect');
  socket.write(bytes);
  return visitor;
}

const list: WireRequest = {
  method: 'GET',
  path: '/bucket?list-type=2',
  headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
};

/** A good request over an agent's one connection. */
async function ask(agent: Agent): Promise<number> {
  const { headers } = await signWire(front.port, list, { at: clock.now() });
  const sent = get({ host: '127.0.0.1', port: front.port, path: list.path, agent, headers });
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}

describe('connections without a signed request', () => {
  it('are few: the oldest make room, and whoever has the key gets in and stays', async () => {
    front = await startTestFront({ clock });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask(agent)).toBe(200);
    const visitors: Visitor[] = [];
    for (let count = 0; count < 70; count += 1) {
      visitors.push(await visit(`${prove}Host: 127.0.0.1:${front.port}\r\n\r\n`));
    }
    const gone = () => visitors.filter((one) => one.isGone).length;
    await expect.poll(gone).toBe(6);
    expect(visitors.slice(0, 6).every((one) => one.isGone)).toBe(true);
    // The kept connection of the client was not theirs to push out, and a new one finds room.
    const kept = Object.values(agent.freeSockets)[0]?.[0];
    expect(await ask(agent)).toBe(200);
    expect(Object.values(agent.freeSockets)[0]?.[0]).toBe(kept);
    const other = new Agent({ keepAlive: true });
    expect(await ask(other)).toBe(200);
    for (const one of [agent, other]) one.destroy();
  });

  it('are short', async () => {
    const timeouts = { headersMs: 60_000, requestMs: 60_000, checkMs: 60_000, newcomerMs: 1 };
    front = await startTestFront({ clock, timeouts });
    const silent = await visit('');
    if (!silent.isGone) await once(silent.socket, 'close');
    expect(silent.heard).toBe('');
  });
});

describe('bodies whose signature shows only at their end', () => {
  it('take so much memory together and no more', async () => {
    front = await startTestFront({ clock });
    const call: WireRequest = {
      method: 'POST',
      headers: { 'x-amz-target': 'CodeBuild_20161006.ListProjects' },
      body: '{}',
    };
    const wire = await signWire(front.port, call, { at: clock.now(), service: 'codebuild' });
    const head = Object.entries(wire.headers ?? {})
      .filter(([name]) => name.toLowerCase() !== 'x-amz-content-sha256')
      .map(([name, value]) => `${name}: ${String(value).replace('x-amz-content-sha256;', '')}\r\n`)
      .join('');
    const size = 1024 ** 2;
    const unfinished = Buffer.alloc(size - 1, 'x');
    const bytes = Buffer.concat([
      Buffer.from(`POST / HTTP/1.1\r\n${head}Content-Length: ${size}\r\n\r\n`),
      unfinished,
    ]);
    const visitors: Visitor[] = [];
    for (let count = 0; count < 17; count += 1) visitors.push(await visit(bytes));
    const heard = () => visitors.map((one) => one.heard).join('');
    await expect.poll(heard, { timeout: 20_000 }).toContain('ThrottlingException');
    expect(heard().match(/^HTTP/gm)).toHaveLength(1);
    // What they held is given back with their connections.
    for (const { socket } of visitors) socket.destroy();
    await expect
      .poll(
        async () => {
          const next = await visit(Buffer.concat([bytes, Buffer.from('x')]));
          await expect.poll(() => next.heard).toContain('HTTP/1.1');
          return next.heard;
        },
        { timeout: 20_000 },
      )
      .toContain('InvalidSignatureException');
  });
});
