import { EventEmitter, once } from 'node:events';
import { get } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { ConnectionProof } from '../../src/domain/ports/connect.ts';
import { connectionProof } from '../../src/sandbox/daemon/proof.ts';
import { createProvenAgent } from '../../src/services/proven-agent.ts';
import { startTestFront, testSecret } from '../support/front.ts';
import { createManualClock } from '../support/manual-clock.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Somebody else at the port: what came is noted by connection, and answered as the test says. */
async function startStranger(answer: (bytes: string, socket: Socket) => void) {
  const received: string[] = [];
  const gone = new EventEmitter();
  const server = createServer((socket) => {
    const index = received.push('') - 1;
    socket.on('error', () => {});
    socket.on('close', () => gone.emit('gone'));
    socket.on('data', (chunk) => {
      received[index] += chunk.toString();
      answer(chunk.toString(), socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, received, gone };
}

const http = (body: string, status = '200 OK') =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const word: ConnectionProof = () => ({
  path: '/prove?nonce=1',
  check(answer) {
    if (answer !== 'the word') throw new AppError({ kind: 'unavailable', message: 'A stranger.' });
  },
});

function agentOf(proof: ConnectionProof, limitMs?: number) {
  const agent = createProvenAgent(proof, limitMs);
  closing.push(() => agent.destroy());
  const ask = (port: number) =>
    new Promise<number>((resolve, reject) => {
      const secret = { authorization: 'Credential=AKIASECRET' };
      get({ host: '127.0.0.1', port, agent, headers: secret }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      }).on('error', reject);
    });
  return { agent, ask };
}

describe('a connection that must prove itself', () => {
  it('is asked once and then carries every request', async () => {
    const stranger = await startStranger((bytes, socket) => {
      socket.write(http(bytes.includes('/prove') ? 'the word' : 'answer'));
    });
    const { ask } = agentOf(word);
    expect(await ask(stranger.port)).toBe(200);
    expect(await ask(stranger.port)).toBe(200);
    expect(stranger.received).toHaveLength(1);
    expect(stranger.received[0]?.match(/^(GET \S+)/gm)).toEqual(['GET /prove?nonce=1', 'GET /', 'GET /']);
    // Two at once need two connections, each with a proof of its own.
    expect(await Promise.all([ask(stranger.port), ask(stranger.port)])).toEqual([200, 200]);
    expect(stranger.received.map((text) => text.split('/prove').length - 1)).toEqual([1, 1]);
  });

  it('understands the real sandbox', async () => {
    const front = await startTestFront({ clock: createManualClock(0) });
    closing.push(() => front.close(0));
    const { ask } = agentOf(connectionProof(testSecret.secretAccessKey, front.port));
    // Without a signature, yet an answer to what was asked after the proof.
    expect(await ask(front.port)).toBeGreaterThanOrEqual(400);
    const { ask: other } = agentOf(connectionProof('another secret', front.port));
    await expect(other(front.port)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'Something else answers where the sandbox was.',
    });
  });

  it.each([
    ['another proof', http('another')],
    ['a refusal', http('the word', '403 Forbidden')],
    ['no length', 'HTTP/1.1 200 OK\r\n\r\nthe word'],
    ['more than it says', `${http('the word')}HTTP/1.1 200 OK\r\n`],
    ['no HTTP', `${'x'.repeat(9_000)}`],
  ])('that answers with %s learns nothing and is given up', async (_, bytes) => {
    const stranger = await startStranger((_bytes, socket) => void socket.write(bytes));
    const gone = once(stranger.gone, 'gone');
    await expect(agentOf(word).ask(stranger.port)).rejects.toMatchObject({ kind: 'unavailable' });
    await gone;
    expect(stranger.received.join('')).toBe(
      `GET /prove?nonce=1 HTTP/1.1\r\nHost: 127.0.0.1:${stranger.port}\r\n\r\n`,
    );
  });

  it('that says nothing, or ends, fails as a network does', async () => {
    const silent = await startStranger(() => {});
    await expect(agentOf(word, 1).ask(silent.port)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    const ending = await startStranger((_, socket) => void socket.end());
    await expect(agentOf(word).ask(ending.port)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('goes with its agent while it is being asked', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const silent = await startStranger(() => resolve());
    const { agent, ask } = agentOf(word);
    const answer = ask(silent.port);
    answer.catch(() => {});
    await asked;
    agent.destroy();
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
