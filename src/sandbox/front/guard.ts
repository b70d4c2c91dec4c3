import type { IncomingMessage } from 'node:http';
import { AwsFailure } from '../http.ts';
import type { RequestHead } from './request-head.ts';

const methods = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']);

/**
 * Refuses what a web page could make a browser send, before anything else of the request is looked at: the sandbox
 * runs commands, and loopback alone keeps no page out.
 * - A Host that is not ours means that a name was pointed at 127.0.0.1 (DNS rebinding).
 * - An Origin, or a Sec-Fetch-Site of another site, means that a page asks. No AWS client sends either.
 * @throws AwsFailure
 */
export function guard(request: IncomingMessage, head: RequestHead, port: number): void {
  const denied = (message: string) => new AwsFailure('AccessDenied', message, 403);
  if (head.headers.host !== `127.0.0.1:${port}`) {
    throw denied(`The sandbox answers only to the host 127.0.0.1:${port}.`);
  }
  if (head.headers.origin !== undefined) throw denied('The sandbox takes no requests from web pages.');
  const site = head.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none') throw denied('The sandbox takes no requests from web pages.');
  if (head.method === 'OPTIONS') {
    throw new AwsFailure('AccessForbidden', 'CORSResponse: CORS is not enabled for the sandbox.', 403);
  }
  if (!methods.has(head.method)) {
    throw new AwsFailure(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      405,
    );
  }
  if (request.headers['transfer-encoding'] !== undefined && request.headers['content-length'] !== undefined) {
    throw new AwsFailure('InvalidRequest', 'Content-Length and Transfer-Encoding exclude each other.', 400);
  }
}
