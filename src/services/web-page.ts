import type { NodeHttpHandler } from '@smithy/node-http-handler';

/** Thrown where a web page came instead of an answer; named so that its translation knows it. */
export const webPageError = 'WebPageError';

/**
 * Refuses web pages, which AWS never answers with: the page of a captive portal or a proxy, often with status 200, would
 * be read by the SDK's lenient XML parser as an answer that says "nothing there".
 */
export function withoutPages(handler: NodeHttpHandler): NodeHttpHandler {
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    const result = await handle(request, options);
    const { headers, statusCode, body } = result.response;
    if (!/^(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '')) return result;
    body?.destroy?.();
    throw Object.assign(new Error('A web page came instead of an answer of AWS.'), {
      name: webPageError,
      $metadata: { httpStatusCode: statusCode },
    });
  };
  return handler;
}
