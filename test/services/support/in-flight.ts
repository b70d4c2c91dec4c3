import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Counts this process's own HTTP requests under way, so that a test lets its clock stand still for them: sockets live in
 * real time.
 */
export function watchRequests(): { count(): number; stop(): void } {
  const open = new Set<unknown>();
  const start = (message: unknown) => {
    open.add((message as { request: unknown }).request);
  };
  const end = (message: unknown) => {
    open.delete((message as { request: unknown }).request);
  };
  subscribe('http.client.request.start', start);
  subscribe('http.client.response.finish', end);
  subscribe('http.client.request.error', end);
  return {
    count: () => open.size,
    stop() {
      unsubscribe('http.client.request.start', start);
      unsubscribe('http.client.response.finish', end);
      unsubscribe('http.client.request.error', end);
    },
  };
}
