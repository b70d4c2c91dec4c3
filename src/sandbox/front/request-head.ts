import { type Dialect, guessDialect } from '../dialect.ts';
import { type AwsFailure, AwsFailure as Failure } from '../http.ts';
import { refusal } from '../refusals.ts';

/** A request before anything of its body was read; every part of it comes from a stranger. */
export type RequestHead = {
  method: string;
  /** As sent, up to the `?`. */
  rawPath: string;
  /** Percent-decoded. */
  path: string;
  /** Decoded, in the order sent, repetitions kept. */
  query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; repeated headers joined with `,` as SigV4 wants them. */
  headers: Readonly<Record<string, string>>;
  dialect: Dialect;
};

/** Headers whose repetition would let two readers of one request see different things. */
const single = new Set([
  'host',
  'authorization',
  'content-type',
  'content-length',
  'transfer-encoding',
  'origin',
  'x-amz-date',
  'x-amz-target',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-decoded-content-length',
]);

/**
 * Reads method, path, query and headers.
 * @throws AwsFailure where a header is repeated that must not be, or an encoding is broken.
 */
export function readHead(request: {
  method?: string | undefined;
  url?: string | undefined;
  rawHeaders: readonly string[];
}): RequestHead {
  const headers = readHeaders(request.rawHeaders);
  const dialect = guessDialect(request.method ?? '', headers);
  const url = request.url ?? '';
  // Absolute and authority forms name a host of their own beside the Host header.
  if (!url.startsWith('/') || /[^\x21-\x7e]/.test(url)) throw invalidUri(dialect);
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  return {
    method: request.method ?? '',
    rawPath,
    path: decodePercent(rawPath, dialect),
    query: readQuery(mark < 0 ? '' : url.slice(mark + 1), dialect),
    headers,
    dialect,
  };
}

/** The query as services read it. */
export function queryOf(head: RequestHead): URLSearchParams {
  return new URLSearchParams(head.query.map(([name, value]): [string, string] => [name, value]));
}

/** The pairs of a query string or form body; `+` is a space, as AWS reads it. */
export function readQuery(text: string, dialect: Dialect): [string, string][] {
  if (text === '') return [];
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      const name = equals < 0 ? part : part.slice(0, equals);
      const value = equals < 0 ? '' : part.slice(equals + 1);
      return [
        decodePercent(name.replaceAll('+', ' '), dialect),
        decodePercent(value.replaceAll('+', ' '), dialect),
      ];
    });
}

function readHeaders(raw: readonly string[]): Record<string, string> {
  // Without a prototype, a header named like a member of Object is only a header.
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    // Node hands header bytes over one by one; signers, and S3's metadata, mean UTF-8.
    const value = Buffer.from(raw[index + 1] ?? '', 'latin1')
      .toString()
      .trim();
    const earlier = headers[name];
    if (earlier !== undefined && single.has(name)) {
      throw new Failure('InvalidRequest', `The header ${name} may be given only once.`, 400);
    }
    headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return headers;
}

function decodePercent(text: string, dialect: Dialect): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw invalidUri(dialect);
  }
  if (decoded.includes('\0')) throw invalidUri(dialect);
  return decoded;
}

function invalidUri(dialect: Dialect): AwsFailure {
  return dialect === 's3'
    ? new Failure('InvalidURI', "Couldn't parse the specified URI.", 400)
    : refusal(dialect, 'bad-request', 'The request line could not be read.');
}
