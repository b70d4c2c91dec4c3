import { Agent, request } from 'node:http';
import * as v from 'valibot';
import type { Clock } from '../../domain/clock.ts';
import { AppError } from '../../domain/errors.ts';
import { canonicalRequest, sha256Hex, sign, signingKey, stringToSign } from '../front/sigv4.ts';
import { type SandboxStatus, type sourceSchema, statusSchema } from './control-service.ts';
import { connectionProof } from './proof.ts';
import type { SandboxSecret } from './secret.ts';

/** What was found at a port. */
export type Probe =
  /** It knows the secret. */
  | 'ours'
  /** Nothing listens. */
  | 'absent'
  /** Something answers that does not know the secret. */
  | 'stranger'
  /** Something took the connection and says nothing: frozen, or not a sandbox. */
  | 'silent';

export type ClientDeps = { clock: Clock; region: string };

const probeMs = 4_000;
const callMs = 10_000;
const maxAnswerBytes = 64 * 1024;

/** Lets whatever listens at a port prove that it knows the secret. Nothing of the secret is sent. */
export async function probe(
  port: number,
  secret: SandboxSecret,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<Probe> {
  return overOneConnection((agent) => probeOver(agent, port, secret, deps, signal));
}

async function probeOver(
  agent: Agent,
  port: number,
  secret: SandboxSecret,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<Probe> {
  const { path, check } = connectionProof(secret.secretAccessKey, port)();
  const answer = await call(agent, port, { method: 'GET', path }, probeMs, deps, signal);
  if (answer.kind !== 'answer') return answer.kind;
  try {
    check(answer.body);
    return 'ours';
  } catch (error) {
    if (error instanceof AppError) return 'stranger';
    throw error;
  }
}

/** Gives `work` an agent that connects once: what was proved over it holds for all that it carries. */
async function overOneConnection<T>(work: (agent: Agent) => Promise<T>): Promise<T> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const connect = agent.createConnection.bind(agent);
  let isSpent = false;
  agent.createConnection = (options, callback) => {
    if (isSpent) {
      callback?.(new Error('The connection is gone.'), undefined as never);
      return undefined;
    }
    isSpent = true;
    return connect(options, callback);
  };
  try {
    return await work(agent);
  } finally {
    agent.destroy();
  }
}

/** What a sandbox says of itself. Throws AppError. */
export async function readStatus(
  port: number,
  secret: SandboxSecret,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<SandboxStatus> {
  return parseStatus(await signedCall(port, secret, 'GET', '/.ccwb/status', '', deps, signal));
}

/** Makes builds take their source from another folder; null for the sample project. Throws AppError. */
export async function changeSource(
  port: number,
  secret: SandboxSecret,
  source: v.InferOutput<typeof sourceSchema>['source'],
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<SandboxStatus> {
  const body = JSON.stringify({ source });
  return parseStatus(await signedCall(port, secret, 'POST', '/.ccwb/source', body, deps, signal));
}

/** Asks a sandbox to end. It answers before it does. Throws AppError. */
export async function askToStop(
  port: number,
  secret: SandboxSecret,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<void> {
  await signedCall(port, secret, 'POST', '/.ccwb/stop', '', deps, signal);
}

/** A signed request, over a connection whose other end has just proved itself: nothing of it is for strangers. */
async function signedCall(
  port: number,
  secret: SandboxSecret,
  method: string,
  path: string,
  body: string,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<string> {
  const amzDate = new Date(deps.clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = { day: amzDate.slice(0, 8), region: deps.region, service: 'ccwb-sandbox' };
  const hash = sha256Hex(body);
  const headers: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    'x-amz-content-sha256': hash,
    'x-amz-date': amzDate,
  };
  const names = Object.keys(headers).sort();
  const canonical = canonicalRequest({ method, query: [], headers }, path, names, hash);
  const signature = sign(signingKey(secret.secretAccessKey, scope), stringToSign(amzDate, scope, canonical));
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${secret.accessKeyId}/${scope.day}/${scope.region}/${scope.service}/aws4_request, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const answer = await overOneConnection(async (agent): Promise<Answer> => {
    const found = await probeOver(agent, port, secret, deps, signal);
    if (found !== 'ours') return { kind: found };
    return call(agent, port, { method, path, body, headers }, callMs, deps, signal);
  });
  if (answer.kind === 'answer' && answer.status === 200) return answer.body;
  throw new AppError({
    kind: 'unavailable',
    message:
      answer.kind === 'answer'
        ? `The sandbox refused ${path} (HTTP ${answer.status}).`
        : `The sandbox did not answer ${path}.`,
    hint: 'Try again; `ccwb-tui sandbox stop` ends it.',
    retryable: true,
  });
}

type Call = { method: string; path: string; body?: string; headers?: Record<string, string> };
type Answer = { kind: 'answer'; status: number; body: string } | { kind: Exclude<Probe, 'ours'> };

/** One request whose answer is small and soon. Rejects only when aborted. */
async function call(
  agent: Agent,
  port: number,
  asked: Call,
  limitMs: number,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted();
  const over = new AbortController();
  const answer = new Promise<Answer>((resolve) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: asked.method,
        path: asked.path,
        headers: { ...asked.headers, 'content-length': Buffer.byteLength(asked.body ?? '') },
        signal: over.signal,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxAnswerBytes) sent.destroy();
          else chunks.push(chunk);
        });
        response.on('end', () =>
          resolve({
            kind: 'answer',
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        response.on('close', () => resolve({ kind: 'stranger' }));
        response.on('error', () => resolve({ kind: 'stranger' }));
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ kind: error.code === 'ECONNREFUSED' ? 'absent' : 'stranger' }),
    );
    sent.end(asked.body);
  });
  const timer = deps.clock
    .sleep(limitMs, AbortSignal.any([signal, over.signal]))
    .then((): Answer => ({ kind: 'silent' }));
  try {
    return await Promise.race([answer, timer]);
  } finally {
    over.abort();
    timer.catch(() => {});
  }
}

function parseStatus(body: string): SandboxStatus {
  const parsed = v.safeParse(statusSchema, parseJson(body));
  if (parsed.success) return parsed.output;
  throw new AppError({
    kind: 'unavailable',
    message: 'The running sandbox is of another version of this program and cannot be understood.',
    hint: 'End it with: ccwb-tui sandbox stop',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
