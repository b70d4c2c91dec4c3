/** What an error of the SDK, Node or a credential provider may carry; everything optional and untrusted. */
export type SdkErrorFields = {
  name: string;
  message: string;
  /** Error code of Node, or of a Query service. */
  code: string;
  /** HTTP status of the answer, if there was one. */
  status: number | undefined;
  clockSkewCorrected: boolean;
  requestId: string | undefined;
};

type Loose = {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  Code?: unknown;
  errors?: unknown;
  cause?: unknown;
  $metadata?: { httpStatusCode?: unknown; clockSkewCorrected?: unknown; requestId?: unknown };
};

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/**
 * Reads any thrown value. Of an AggregateError (dual-stack hosts; its own message is empty) the first inner error
 * speaks.
 */
export function sdkErrorFields(error: unknown): SdkErrorFields {
  const outer = (typeof error === 'object' && error !== null ? error : { message: String(error) }) as Loose;
  const inner = Array.isArray(outer.errors) ? (outer.errors[0] as Loose | undefined) : undefined;
  const metadata = outer.$metadata ?? {};
  return {
    name: text(outer.name) || text(inner?.name),
    message: text(outer.message) || text(inner?.message),
    code: text(outer.code) || text(outer.Code) || text(inner?.code),
    status: typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined,
    clockSkewCorrected: metadata.clockSkewCorrected === true,
    requestId: typeof metadata.requestId === 'string' ? metadata.requestId : undefined,
  };
}

/** A connection cut under a request, most often a kept-alive one that the server had just given up. */
export function isReset(error: unknown): boolean {
  const { code } = sdkErrorFields(error);
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** An answer that did not come in time, by the SDK's limits or ours. */
export function isTimeout(error: unknown): boolean {
  const { name, code } = sdkErrorFields(error);
  return (name === 'TimeoutError' && code !== 'ECONNRESET') || code === 'ETIMEDOUT';
}
