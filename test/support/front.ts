import { createHash, createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../../src/domain/clock.ts';
import { type SandboxAccount, sandboxAccount } from '../../src/sandbox/account.ts';
import { createCloudFormation } from '../../src/sandbox/cloudformation.ts';
import { proveRoute } from '../../src/sandbox/daemon/proof.ts';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { type Front, type FrontOptions, startFront } from '../../src/sandbox/front/front.ts';
import type { SandboxRequest, SandboxService } from '../../src/sandbox/http.ts';
import { createSts } from '../../src/sandbox/sts.ts';

/** Keys that were never anybody's. */
export const testSecret = {
  accessKeyId: 'AKIAFRONTTESTFRONTTE',
  secretAccessKey: 'front/test+front/test+front/test+front/t',
};

/** What reached a service, its body read to the end. */
export type Seen = Omit<SandboxRequest, 'body' | 'signal'> & { sha256: string; size: number };

export type TestFront = Front & {
  account: SandboxAccount;
  /** Requests that got past the front, in order. */
  seen: Seen[];
  log: string[];
  send: (options: WireRequest) => Promise<WireResponse>;
};

/** A front with the real STS and CloudFormation; the other services note what reaches them and say so. */
export async function startTestFront(options: {
  clock: Clock;
  faults?: FaultHook;
  maxSkewMs?: number;
  timeouts?: FrontOptions['timeouts'];
  services?: Partial<Record<'codebuild' | 'logs' | 'ssm' | 's3' | 'ccwb-sandbox', SandboxService>>;
}): Promise<TestFront> {
  const account = sandboxAccount({ dir: '/nowhere', platform: 'linux', arch: 'x64' });
  const seen: Seen[] = [];
  const log: string[] = [];
  const note: SandboxService = async ({ body, signal: _signal, ...rest }) => {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of body) {
      hash.update(chunk);
      size += chunk.length;
    }
    seen.push({ ...rest, size, sha256: hash.digest('hex') });
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"projects":["p"]}' };
  };
  let port = 0;
  const front = await startFront({
    clock: options.clock,
    port: 0,
    secret: testSecret,
    account,
    services: {
      codebuild: note,
      logs: note,
      ssm: note,
      secretsmanager: note,
      s3: note,
      'ccwb-sandbox': note,
      ...options.services,
      sts: createSts(account),
      cloudformation: createCloudFormation(account, 0),
    },
    open: proveRoute(testSecret.secretAccessKey, () => port),
    log: (line) => log.push(line),
    ...(options.faults ? { faults: options.faults } : {}),
    ...(options.maxSkewMs === undefined ? {} : { maxSkewMs: options.maxSkewMs }),
    ...(options.timeouts ? { timeouts: options.timeouts } : {}),
  });
  port = front.port;
  return { ...front, account, seen, log, send: (wire) => sendWire(front.port, wire) };
}

export type WireRequest = {
  method?: string;
  /** Path and query as they go over the wire. */
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** The address of this end; absent: the system's choice. */
  localAddress?: string;
};

export type WireResponse = { status: number; headers: IncomingHttpHeaders; body: string; continued: boolean };

/** One request on a connection of its own. With `expect: 100-continue` the body waits until it is asked for. */
export function sendWire(port: number, wire: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    let continued = false;
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent: false,
        method: wire.method ?? 'GET',
        path: wire.path ?? '/',
        headers: wire.headers ?? {},
        ...(wire.localAddress === undefined ? {} : { localAddress: wire.localAddress }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
            continued,
          });
          sent.destroy();
        });
      },
    );
    sent.on('error', reject);
    if (wire.headers?.expect === undefined) {
      sent.end(wire.body);
      return;
    }
    sent.on('continue', () => {
      continued = true;
      sent.end(wire.body);
    });
    sent.flushHeaders();
  });
}

/** Node's hashes in the form that the SDK's signer wants. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash>;
  constructor(secret?: string | ArrayBuffer | Uint8Array | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : (createHmac('sha256', secret as Uint8Array) as unknown as ReturnType<typeof createHash>);
  }
  update(data: string | ArrayBuffer | Uint8Array | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : Buffer.from(data as Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

export type SignOptions = {
  service?: string;
  region?: string;
  /** Epoch milliseconds. */
  at: number;
  secret?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
};

function signerOf(options: SignOptions): SignatureV4 {
  const service = options.service ?? 's3';
  return new SignatureV4({
    credentials: options.secret ?? testSecret,
    region: options.region ?? 'us-east-1',
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
}

/** The same request with its signature in the Authorization header, made by the SDK's own signer. */
export async function signWire(port: number, wire: WireRequest, options: SignOptions): Promise<WireRequest> {
  const signed = await signerOf(options).sign(httpRequest(port, wire), { signingDate: new Date(options.at) });
  return { ...wire, headers: signed.headers };
}

/** The path and query of a presigned link to `path`. */
export async function presignWire(
  port: number,
  wire: WireRequest,
  options: SignOptions & { expiresIn: number },
): Promise<string> {
  const headers = { ...wire.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const signed = await signerOf(options).presign(httpRequest(port, { ...wire, headers }), {
    signingDate: new Date(options.at),
    expiresIn: options.expiresIn,
  });
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `${signed.path}?${query.join('&')}`;
}

function httpRequest(port: number, wire: WireRequest) {
  // Not by `new URL`: it would tidy up the very paths that are to be tried.
  const [path = '/', search = ''] = (wire.path ?? '/').split('?');
  const headers: Record<string, string> = { host: `127.0.0.1:${port}` };
  for (const [name, value] of Object.entries(wire.headers ?? {})) headers[name] = String(value);
  const query: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    query[name] ??= [];
    query[name].push(value);
  }
  return {
    method: wire.method ?? 'GET',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path,
    query,
    headers,
    body: wire.body,
  };
}
