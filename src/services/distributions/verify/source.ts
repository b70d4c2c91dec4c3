import type { Readable } from 'node:stream';

/** Bytes `from` to `to`, both included. */
export type Stretch = { from: number; to: number };

/** What an open source gives. */
export type Opened = {
  kind: 'open';
  /** The first byte that comes: 0 where the range was not heeded. */
  from: number;
  /** Of the whole object, where it was told. */
  total: number | undefined;
  etag: string | undefined;
  body: Readable;
};

/** An answer without the package: its status and what it says. */
export type Refusal = { kind: 'refused'; status: number; code: string; message: string };

/** The two ends of the connection, where there was one of our own. */
export type Ends = { localAddress?: string | undefined; remoteAddress?: string | undefined };

/**
 * A way to the package in the bucket: opens a stretch of it, of the very object that `etag` names where it is known.
 * Throws what the network throws.
 */
export type Source = (
  stretch: Stretch,
  etag: string | undefined,
  signal: AbortSignal,
) => Promise<(Opened | Refusal) & Ends>;

/** Reads the Content-Range of a 206: `bytes 0-9/100`. */
export function readContentRange(text: string | undefined): { from: number; total: number } | undefined {
  const match = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15})$/.exec(text ?? '');
  return match ? { from: Number(match[1]), total: Number(match[2]) } : undefined;
}
