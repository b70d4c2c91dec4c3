import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionProof } from '../domain/ports/connect.ts';

/** As the SDK's own handler has it. */
const maxSockets = 50;
const answerMs = 5_000;
const maxAnswerBytes = 8 * 1024;

/**
 * An agent for plain HTTP whose every connection is asked for the proof first. Only a connection that gave it carries
 * requests, and it carries many: it is asked once. Until then not one byte of a request goes out.
 */
export function createProvenAgent(proof: ConnectionProof, limitMs = answerMs): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const connect = agent.createConnection.bind(agent);
  const destroy = agent.destroy.bind(agent);
  // The agent learns of a connection only once it is proven.
  const unproven = new Set<Socket>();
  agent.createConnection = (options, callback) => {
    const socket = connect(options) as Socket;
    unproven.add(socket);
    const { path, check } = proof();
    ask(socket, `${options.host}:${options.port}`, path, limitMs)
      .then(check)
      .finally(() => unproven.delete(socket))
      .then(
        () => callback?.(null, socket),
        (error: Error) => {
          socket.destroy();
          callback?.(error, socket);
        },
      );
    return undefined;
  };
  agent.destroy = () => {
    for (const socket of unproven) socket.destroy();
    destroy();
  };
  return agent;
}

/**
 * GETs a path over a connection and leaves it open and clean, which Node's client does only within an agent of its own.
 * @returns the body; undefined where something else than a short HTTP answer of 200 came.
 * @throws the connection's error, or ETIMEDOUT.
 */
function ask(socket: Socket, host: string, path: string, limitMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let received = '';
    const listeners = {
      data: (chunk: Buffer) => {
        received += chunk.toString('latin1');
        const answer = readAnswer(received);
        if (answer !== 'unfinished') finish(() => resolve(answer.body));
      },
      error: (error: Error) => finish(() => reject(error)),
      close: () => finish(() => reject(failure('ECONNRESET', 'socket hang up'))),
    };
    const timer = setTimeout(() => listeners.error(failure('ETIMEDOUT', 'no proof in time')), limitMs);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
      settle();
    };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });
}

/** Strict, so that nothing can hide behind the answer: a length must be told, and nothing may follow. */
function readAnswer(received: string): { body: string | undefined } | 'unfinished' {
  const wrong = { body: undefined };
  if (received.length > maxAnswerBytes) return wrong;
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return 'unfinished';
  const head = received.slice(0, end);
  const body = received.slice(end + 4);
  const length = /\r\ncontent-length: *(\d{1,4})(?:\r\n|$)/i.exec(head)?.[1];
  if (!/^HTTP\/1\.1 200 /.test(head) || length === undefined || body.length > Number(length)) return wrong;
  return body.length === Number(length) ? { body } : 'unfinished';
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
