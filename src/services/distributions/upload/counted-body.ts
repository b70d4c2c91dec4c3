import { Readable } from 'node:stream';
import type { MetadataBearer, MiddlewareStack } from '@aws-sdk/types';

/** Bytes handed to the socket at once: what one step of the progress is at least. */
const sliceBytes = 64 * 1024;

type Request = { body?: unknown; headers: Record<string, string> };

/** How much of a request's body is on its way. */
export type Sending = {
  /** Bytes the socket took in the present attempt. */
  sent(): number;
  /** True once the last byte is out: from here on the request may be carried out, whatever we do. */
  complete(): boolean;
};

/**
 * Lets a request of bytes be watched on its way out, which the SDK does not tell by itself. The body is replaced
 * after it was signed and hashed, anew for each attempt, so retries and checksums stay what they were.
 */
export function watchBody<I extends object, O extends MetadataBearer>(
  command: { middlewareStack: MiddlewareStack<I, O> },
  onBytes: (sent: number) => void,
): Sending {
  let sent = 0;
  let complete = false;
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as Request;
      if (!(request.body instanceof Uint8Array)) return next(args);
      sent = 0;
      complete = false;
      onBytes(0);
      const body = slices(request.body, (bytes, isLast) => {
        sent += bytes;
        complete = isLast;
        onBytes(sent);
      });
      const watched = Object.assign(Object.create(Object.getPrototypeOf(request)), request, { body });
      return next({ ...args, request: watched });
    },
    { step: 'deserialize', name: 'ccwbWatchBody', priority: 'low', override: true },
  );
  return { sent: () => sent, complete: () => complete };
}

function slices(bytes: Uint8Array, onTaken: (bytes: number, isLast: boolean) => void): Readable {
  let offset = 0;
  return new Readable({
    highWaterMark: sliceBytes,
    read() {
      // Asked for more: what was given before has been taken.
      const slice = bytes.subarray(offset, offset + sliceBytes);
      offset += slice.length;
      if (slice.length > 0) {
        onTaken(slice.length, offset >= bytes.length);
        this.push(slice);
      } else this.push(null);
    },
  });
}

/**
 * Tells how far the server's clock is ahead of ours, in ms, from the Date of its answer; 0 where they agree as far as
 * that can be told (a Date has whole seconds).
 */
export function watchDate<I extends object, O extends MetadataBearer>(
  command: { middlewareStack: MiddlewareStack<I, O> },
  now: () => number,
): () => number {
  let offset = 0;
  command.middlewareStack.add(
    (next) => async (args) => {
      const before = now();
      const result = await next(args);
      const { headers = {} } = result.response as { headers?: Record<string, string> };
      const server = Date.parse(headers.date ?? '');
      const middle = (before + now()) / 2;
      const ahead = server + 500 - middle;
      offset = Number.isNaN(server) || Math.abs(ahead) < 2_000 ? 0 : Math.round(ahead);
      return result;
    },
    { step: 'deserialize', name: 'ccwbWatchDate', priority: 'low', override: true },
  );
  return () => offset;
}
