import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createBodyBudget } from './body-budget.ts';
import { type ExchangeContext, exchange } from './exchange.ts';
import { createNewcomers } from './newcomers.ts';
import { defaultMaxSkewMs } from './verify-signature.ts';

export type FrontOptions = Pick<
  ExchangeContext,
  'clock' | 'secret' | 'distributor' | 'account' | 'services' | 'open' | 'log' | 'faults' | 'servesUnsigned'
> & {
  /** 0: any free one. */
  port: number;
  /** How far a header signature's time may be off; 15 minutes as on AWS. */
  maxSkewMs?: number;
  /**
   * How long a client may take over its headers and its whole request, and how often that is looked at; how long a
   * connection may be without a signed request.
   */
  timeouts?: { headersMs: number; requestMs: number; checkMs: number; newcomerMs?: number };
};

/** A newcomer has time to connect, ask for the proof and send a small request on the busiest of machines. */
const defaultTimeouts = { headersMs: 10_000, requestMs: 300_000, checkMs: 5_000, newcomerMs: 10_000 };
/** More than the connections that an SDK's client opens at once. */
const mostNewcomers = 64;
/** Bodies whose signature can only be checked once they are whole, all together. */
const maxUncheckedBytes = 16 * 1024 ** 2;

export type Front = {
  port: number;
  /** Requests with a good signature: those being answered now, and all there ever were. */
  activity: () => { active: number; count: number };
  /** Takes no more requests, gives those that run `graceMs` to end, then cuts them. */
  close: (graceMs?: number) => Promise<void>;
};

/**
 * Serves on 127.0.0.1.
 * @throws the system's error (EADDRINUSE) where the port cannot be had.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { headersMs, requestMs, checkMs, newcomerMs } = { ...defaultTimeouts, ...options.timeouts };
  const newcomers = createNewcomers(mostNewcomers, newcomerMs);
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
    // Longer than an SDK keeps an idle socket, so that it is the client who lets go.
    keepAliveTimeout: 65_000,
  });
  server.maxConnections = 512;
  server.setTimeout(600_000);
  server.on('connection', (socket) => newcomers.add(socket));
  server.on('clientError', refuseGarbage);
  const port = await listen(server, options.port);

  let active = 0;
  let count = 0;
  const context: ExchangeContext = {
    ...options,
    port,
    maxSkewMs: options.maxSkewMs ?? defaultMaxSkewMs,
    counts: new Map(),
    unchecked: createBodyBudget(maxUncheckedBytes),
    begin: (socket) => {
      newcomers.admit(socket);
      active += 1;
      count += 1;
      return () => {
        active -= 1;
      };
    },
  };
  server.on('request', (request, response) => void exchange(request, response, context, false));
  server.on('checkContinue', (request, response) => void exchange(request, response, context, true));
  server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, { connection: 'close' }).end();
  });
  return {
    port,
    activity: () => ({ active, count }),
    close: (graceMs = 2_000) => close(server, graceMs),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject);
      // An accept that fails later (too many open files) is no reason to end.
      server.on('error', () => {});
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const garbageStatus: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Bytes that are no HTTP get a short answer; nothing of them is repeated or kept. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status = garbageStatus[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.on('error', () => {});
  socket.resume();
  setTimeout(() => socket.destroy(), 1_000).unref();
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
