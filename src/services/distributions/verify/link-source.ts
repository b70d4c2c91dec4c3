import type { IncomingMessage } from 'node:http';
import { cleanText } from '../../clean-text.ts';
import { type Ends, type Opened, type Refusal, readContentRange, type Source } from './source.ts';

/** Through a link, as a stranger would. */
export function linkSource(url: string): Source {
  return ({ from, to }, etag, signal) =>
    askLink(
      url,
      { range: `bytes=${from}-${to}`, ...(etag === undefined ? {} : { 'if-match': etag }) },
      signal,
    );
}

/** What a link answered, with its HTTP status. */
export type LinkAnswer = ((Opened & { status: number }) | Refusal) & Ends;

/**
 * Asks a link without credentials, not following anywhere else. Whoever does not read what is open destroys its body.
 * Throws what the network throws.
 */
export async function askLink(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<LinkAnswer> {
  const response = await get(url, headers, signal);
  const { localAddress, remoteAddress } = response.socket;
  const ends: Ends = { localAddress, remoteAddress };
  const { statusCode: status = 0 } = response;
  if (status === 200 || status === 206) return { ...opened(response), status, ...ends };
  return { ...(await refusal(response, status)), ...ends };
}

async function get(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { request } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers });
    let ending: { destroy(): unknown } = asking;
    // Not by its `signal` option: Node then throws at a socket that nobody listens to any more.
    const leave = () => ending.destroy();
    signal.addEventListener('abort', leave, { once: true });
    asking.on('close', () => signal.removeEventListener('abort', leave));
    asking.on('error', reject);
    asking.on('response', (response: IncomingMessage) => {
      ending = response;
      // Whoever reads is told all the same; when nobody reads it must not end the process.
      response.on('error', () => {});
      resolve(response);
    });
    asking.end();
  });
}

function opened(response: IncomingMessage): Opened {
  const { etag } = response.headers;
  const range = response.statusCode === 206 ? readContentRange(response.headers['content-range']) : undefined;
  const length = response.headers['content-length'];
  // Without a range it is the whole, from the beginning.
  const whole = { from: 0, total: length === undefined ? undefined : Number(length) };
  return { kind: 'open', ...(range ?? whole), etag, body: response };
}

/** Enough for any error of S3; whatever else answers need not be read to its end. */
const mostErrorBytes = 8 * 1024;

async function refusal(response: IncomingMessage, status: number): Promise<Refusal> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += chunk;
    if (text.length > mostErrorBytes) break;
  }
  return {
    kind: 'refused',
    status,
    code: cleanText(/<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? ''),
    message: cleanText(/<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? ''),
  };
}
