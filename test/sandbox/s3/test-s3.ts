import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sandboxAccount } from '../../../src/sandbox/account.ts';
import { AwsFailure, type SandboxRequest } from '../../../src/sandbox/http.ts';
import { createS3, type ObjectStore } from '../../../src/sandbox/s3/create-s3.ts';
import { type Caller, userOf } from '../../../src/sandbox/users.ts';

export type Answer = { status: number; headers: Record<string, string>; bytes: Buffer; text: string };

export type Sending = {
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array | string | Readable;
  trailers?: Record<string, string>;
  presigned?: boolean;
  /** Null: the request is not signed; absent: the owner. */
  caller?: Caller | null;
  peer?: string;
  signal?: AbortSignal;
};

/** The sandbox's S3 without the wire: requests go in as the front hands them over. */
export type TestS3 = {
  bucket: string;
  dir: string;
  /** Epoch milliseconds that the next write happens at. */
  time: { now: number };
  objects: ObjectStore;
  /** To a key of the bucket; `''` for the bucket itself. A refusal comes back as its status and code. */
  send(method: string, key: string, sending?: Sending): Promise<Answer>;
  /** To any path. */
  sendTo(method: string, path: string, sending?: Sending): Promise<Answer>;
  /** The answer's stream of a GET, unread. */
  open(key: string, signal: AbortSignal): Promise<Readable>;
  /** Starts it again over the same folder. */
  restart(): Promise<void>;
  /** Names of the files of bytes, half-received ones too. */
  files(): Promise<string[]>;
  close(): Promise<void>;
};

const account = sandboxAccount({ dir: '/nowhere', platform: 'linux', arch: 'x64' });
export const owner: Caller = { ...userOf(account, 'owner'), signedAt: Date.UTC(2026, 0, 2, 3, 4, 5) };

export async function openTestS3(): Promise<TestS3> {
  const dir = await mkdtemp(join(tmpdir(), 'ccwb-s3-'));
  const account = sandboxAccount({ dir, platform: 'linux', arch: 'x64' });
  const time = { now: Date.UTC(2026, 0, 2, 3, 4, 5, 678) };
  const clock = { now: () => time.now, sleep: () => Promise.reject(new Error('S3 never sleeps')) };
  let s3 = await createS3({ dir, clock, account });

  const sendTo: TestS3['sendTo'] = async (method, path, sending = {}) => {
    const request = requestOf(method, path, sending);
    try {
      const response = await s3.service(request);
      const bytes = await bytesOf(response.body);
      return { status: response.status, headers: response.headers ?? {}, bytes, text: bytes.toString() };
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      const text = `${error.code} ${JSON.stringify(error.fields)} ${error.message}`;
      return { status: error.status, headers: {}, bytes: Buffer.from(text), text };
    }
  };
  return {
    bucket: account.bucket,
    dir,
    time,
    get objects() {
      return s3.objects;
    },
    sendTo,
    send: (method, key, sending) => sendTo(method, `/${account.bucket}/${key}`, sending),
    open: async (key, signal) => {
      const { body } = await s3.service(requestOf('GET', `/${account.bucket}/${key}`, { signal }));
      if (!(body instanceof Readable)) throw new Error('S3 answered without a stream');
      return body;
    },
    restart: async () => {
      s3 = await createS3({ dir, clock, account });
    },
    files: async () => [...(await readdir(join(dir, 'data'))), ...(await readdir(join(dir, 'incoming')))],
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

function requestOf(method: string, path: string, sending: Sending): SandboxRequest {
  const { body = '' } = sending;
  const length = body instanceof Readable ? undefined : Buffer.byteLength(body);
  return {
    method,
    path,
    rawPath: encodeURI(path),
    query: new URLSearchParams(sending.query),
    headers: {
      host: '127.0.0.1:1',
      ...(length === undefined ? {} : { 'content-length': String(length) }),
      ...sending.headers,
    },
    body: body instanceof Readable ? body : Readable.from([Buffer.from(body)], { objectMode: false }),
    trailers: sending.trailers ?? {},
    presigned: sending.presigned ?? false,
    ...(sending.caller === null ? {} : { caller: sending.caller ?? owner }),
    peer: sending.peer ?? '127.0.0.1',
    requestId: 'test',
    signal: sending.signal ?? new AbortController().signal,
  };
}

async function bytesOf(body: string | Uint8Array | Readable | undefined): Promise<Buffer> {
  if (body instanceof Readable) return Buffer.concat(await body.toArray());
  return Buffer.from(body ?? '');
}

/** The texts of all elements of a name, as written. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text ?? '');
}
