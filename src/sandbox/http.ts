import type { Readable } from 'node:stream';
import type { Caller } from './users.ts';

/** A request whose signature has been verified, where it has one; header names are lower case. */
export type SandboxRequest = {
  method: string;
  /** Decoded path, beginning with `/`. */
  path: string;
  /** As sent, before decoding. */
  rawPath: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  /** The payload, de-chunked and checked against its declared hash as it is read: a mismatch is a stream error. */
  body: Readable;
  /** Trailing headers of an aws-chunked body; complete once `body` has ended. */
  trailers: Readonly<Record<string, string>>;
  /** Came with its signature in the query (a presigned link). */
  presigned: boolean;
  /** Whose signature it is; absent: it has none, and S3 lets nobody in then but whom a bucket policy allows. */
  caller?: Caller;
  /** The address it comes from; empty once the connection is gone. */
  peer: string;
  requestId: string;
  /** Ends with the connection. */
  signal: AbortSignal;
};

export type SandboxResponse = {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array | Readable;
};

/** One service of the sandbox: JSON services are told apart by `x-amz-target`, Query ones by `Action`, S3 takes the rest. */
export type SandboxService = (request: SandboxRequest) => Promise<SandboxResponse>;

/** An error of the AWS kind; the front turns it into the wire form of the protocol spoken. */
export class AwsFailure extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Record<string, string>;

  constructor(code: string, message: string, status = 400, fields: Record<string, string> = {}) {
    super(message);
    this.name = 'AwsFailure';
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
