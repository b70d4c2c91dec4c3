import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An endpoint that answers whatever a test says, request by request; `hang` never answers. */
export type TinyAws = {
  url: string;
  /** Requests so far. */
  requests: { target: string; userAgent: string; accessKeyId: string; path: string }[];
  close(): Promise<void>;
};

export type TinyAnswer =
  | { status?: number; json?: unknown; text?: string; headers?: Record<string, string> }
  | 'reset'
  | 'hang';

export async function startTinyAws(
  answer: (count: number, request: IncomingMessage) => TinyAnswer,
): Promise<TinyAws> {
  const requests: TinyAws['requests'] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests.push({
      target: String(request.headers['x-amz-target'] ?? ''),
      userAgent: String(request.headers['user-agent']),
      accessKeyId: /Credential=([^/]+)/.exec(String(request.headers.authorization))?.[1] ?? '',
      path: String(request.url),
    });
    const given = answer(requests.length, request);
    request.resume();
    if (given === 'reset') request.socket.resetAndDestroy();
    else if (given !== 'hang') {
      response.writeHead(given.status ?? 200, given.headers);
      response.end(given.text ?? JSON.stringify(given.json ?? {}));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
