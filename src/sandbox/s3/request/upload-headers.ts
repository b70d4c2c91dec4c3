import type { SandboxRequest } from '../../http.ts';
import {
  algorithmOf,
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumHeader,
  isDigest,
} from '../checksums/checksums.ts';
import { failures } from '../failures.ts';
import { type Attributes, storedHeaders } from '../storage/types.ts';

type Headers = Readonly<Record<string, string>>;

const maxMetadataBytes = 2048;
const metadataPrefix = 'x-amz-meta-';

/** The attributes an object is written with. Throws AwsFailure for those S3 or the sandbox refuses. */
export function attributesOf(headers: Headers): Attributes {
  refuseUnsupported(headers);
  const stored: Record<string, string> = {};
  for (const name of storedHeaders) {
    const value = name === 'content-encoding' ? withoutChunking(headers[name]) : headers[name];
    if (value !== undefined && value !== '') stored[name] = value;
  }
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(metadataPrefix)) continue;
    metadata[name.slice(metadataPrefix.length)] = value;
    bytes += Buffer.byteLength(name) - metadataPrefix.length + Buffer.byteLength(value);
  }
  if (bytes > maxMetadataBytes) {
    throw failures.metadataTooLarge(bytes, maxMetadataBytes);
  }
  return { headers: stored, metadata };
}

/** `aws-chunked` is how the body travelled, not how the object is encoded. */
function withoutChunking(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked')
    .join(',');
}

/** Headers that would change how the object is kept; to drop them silently would be a lie. */
function refuseUnsupported(headers: Headers): void {
  const allowed: Record<string, readonly string[]> = {
    'x-amz-server-side-encryption': ['AES256'],
    'x-amz-storage-class': ['STANDARD'],
    'x-amz-acl': ['private', 'bucket-owner-full-control'],
  };
  for (const [name, values] of Object.entries(allowed)) {
    const value = headers[name];
    if (value !== undefined && !values.includes(value)) {
      throw name === 'x-amz-acl' ? failures.aclNotSupported() : failures.notImplemented(name);
    }
  }
  const refused =
    /^x-amz-(?:tagging|website-redirect-location|grant-|object-lock-|server-side-encryption-|write-offset-bytes)/;
  const name = Object.keys(headers).find((header) => refused.test(header));
  if (name !== undefined) throw failures.notImplemented(name);
}

/** The checksum a request sends along, and where its value is to be found. */
export type DeclaredChecksum = {
  algorithm: ChecksumAlgorithm;
  /** Base64, known before the body; absent where it follows as a trailer. */
  value?: string;
};

/** The checksum announced in the headers of an upload. Throws AwsFailure where it is none S3 can use. */
export function declaredChecksum(headers: Headers): DeclaredChecksum | undefined {
  const given = checksumAlgorithms.filter((algorithm) => headers[checksumHeader(algorithm)] !== undefined);
  const announced = (headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name.startsWith('x-amz-checksum-'));
  if (given.length + announced.length > 1) {
    throw failures.invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [inHeader] = given;
  if (inHeader) return { algorithm: inHeader, value: digestIn(headers, inHeader) };
  const [trailer] = announced;
  const asTrailer = trailer === undefined ? undefined : algorithmOf(trailer.slice('x-amz-checksum-'.length));
  if (trailer !== undefined && !asTrailer) {
    throw failures.invalidRequest('The value specified in the x-amz-trailer header is not supported');
  }
  if (asTrailer) return { algorithm: asTrailer };
  if (headers['x-amz-sdk-checksum-algorithm'] !== undefined) {
    throw failures.invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return undefined;
}

/** The checksum of the whole object that a completing client expects: headers of that request speak of no body. */
export function wholeChecksum(headers: Headers): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const algorithm = checksumAlgorithms.find((one) => headers[checksumHeader(one)] !== undefined);
  return algorithm ? { algorithm, value: headers[checksumHeader(algorithm)] ?? '' } : undefined;
}

/** The value of a checksum that followed the body. */
export function trailingChecksum(request: SandboxRequest, algorithm: ChecksumAlgorithm): string {
  const name = checksumHeader(algorithm);
  if (request.trailers[name] === undefined) throw failures.malformedTrailer();
  return digestIn(request.trailers, algorithm);
}

/** The `Content-MD5` of a request as hex; throws InvalidDigest for one that is no MD5. */
export function declaredMd5(headers: Headers): string | undefined {
  const value = headers['content-md5'];
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== value) throw failures.invalidDigest(value);
  return bytes.toString('hex');
}

/** How many bytes of payload the headers promise; throws where they do not say. */
export function declaredLength(headers: Headers): number {
  const text = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  if (text === undefined) throw failures.missingLength();
  if (!/^\d{1,15}$/.test(text)) throw failures.invalidArgument('Invalid length', 'Content-Length', text);
  return Number(text);
}

function digestIn(headers: Headers, algorithm: ChecksumAlgorithm): string {
  const name = checksumHeader(algorithm);
  const value = headers[name] ?? '';
  if (!isDigest(algorithm, value)) throw failures.invalidRequest(`Value for ${name} header is invalid.`);
  return value;
}
