import { AwsFailure, type SandboxRequest, type SandboxService } from './http.ts';
import { readAll } from './read-all.ts';

/** One operation of a service that lives in a context: the request's JSON in, the answer's JSON out. Throws AwsFailure. */
export type JsonOperation<C> = (context: C, input: unknown, request: SandboxRequest) => Promise<object>;

/** Far above what any operation offered here takes; the front has its own limit too. */
const maxInputBytes = 1024 ** 2;

/**
 * A service that speaks AWS JSON 1.1: `x-amz-target: <prefix>.<operation>`, JSON in the body both ways. What the
 * operation does not know in the input it ignores, as the AWS services do.
 * @param name for error messages, as AWS calls the service.
 */
export function jsonService<C>(
  name: string,
  prefix: string,
  context: C,
  operations: Readonly<Record<string, JsonOperation<C>>>,
): SandboxService {
  const known = new Map(Object.entries(operations));
  return async (request) => {
    const target = request.headers['x-amz-target'] ?? '';
    const operation = target.startsWith(`${prefix}.`)
      ? known.get(target.slice(prefix.length + 1))
      : undefined;
    if (operation === undefined) {
      throw new AwsFailure('UnknownOperationException', `The sandbox does not offer ${target || name}.`);
    }
    const answer = await operation(context, await readJson(request), request);
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(answer),
    };
  };
}

async function readJson(request: SandboxRequest): Promise<unknown> {
  const bytes = await readAll(
    request.body,
    maxInputBytes,
    () =>
      new AwsFailure('RequestEntityTooLargeException', 'The request is larger than the service takes.', 413),
  );
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new AwsFailure('SerializationException', 'The request body is not JSON.');
  }
}
