import type { SandboxRequest, SandboxResponse } from '../http.ts';
import type { Bucket } from './storage/buckets.ts';
import type { Storage } from './storage/storage.ts';

/** A request on its way to an operation. */
export type Call = {
  request: SandboxRequest;
  storage: Storage;
  query: URLSearchParams;
  /** The request's headers; a presigned link may carry `x-amz-*` ones in its query. */
  headers: Readonly<Record<string, string>>;
};

/** A call whose bucket exists. */
export type BucketCall = Call & { bucket: Bucket };

/** A call about one key, at most 1,024 bytes long. */
export type ObjectCall = BucketCall & { key: string };

export type Operation<C extends Call = Call> = (call: C) => Promise<SandboxResponse>;

/** Signing parameters belong to the front, and checksums of a presigned link to the empty body it was signed with. */
const notHoisted =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|checksum-(?!mode)|sdk-checksum)/i;

/**
 * Headers of a request together with those its presigned link carries. What could be no header's name stays a
 * parameter.
 */
export function effectiveHeaders(request: SandboxRequest): Record<string, string> {
  if (!request.presigned) return { ...request.headers };
  const hoisted: Record<string, string> = {};
  for (const [name, value] of request.query) {
    if (!/^x-amz-[\w.-]+$/i.test(name) || notHoisted.test(name)) continue;
    hoisted[name.toLowerCase()] = value;
  }
  return { ...hoisted, ...request.headers };
}
