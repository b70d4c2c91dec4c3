import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Dialect, dialectOf, failureResponse, isServiceName, type ServiceName } from '../dialect.ts';
import type { FaultHook } from '../faults.ts';
import { AwsFailure, type SandboxResponse, type SandboxService } from '../http.ts';
import { refusal } from '../refusals.ts';
import type { Caller } from '../users.ts';
import { applyFault } from './apply-fault.ts';
import { type AuthContext, authenticate } from './authenticate.ts';
import { guard } from './guard.ts';
import { operationOf, unknownService } from './operation.ts';
import { queryOf, type RequestHead, readHead } from './request-head.ts';
import { littlePatience, muchPatience, type Patience, respond } from './respond.ts';

export type Services = Readonly<Record<ServiceName, SandboxService>>;

export type ExchangeContext = AuthContext & {
  port: number;
  services: Services;
  /** Answers what needs no signature (the proof of the secret); undefined → goes on to the signature. */
  open: (head: RequestHead) => SandboxResponse | undefined;
  /** A request with a good signature arrived; the function given back is called at its end. */
  begin: (socket: Socket) => () => void;
  faults?: FaultHook;
  /** Calls so far by `service operation`, for the fault hook. */
  counts: Map<string, number>;
  log: (line: string) => void;
};

/** Takes one request from its first byte to the end of its answer. Never rejects. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  context: ExchangeContext,
  expectsContinue: boolean,
): Promise<void> {
  const requestId = randomUUID();
  const aborter = new AbortController();
  response.once('close', () => aborter.abort());
  request.on('error', () => aborter.abort());
  let head: RequestHead | undefined;
  let patience: Patience = littlePatience;
  let end: (() => void) | undefined;

  const work = async (): Promise<SandboxResponse | 'dropped'> => {
    head = readHead(request);
    guard(request, head, context.port);
    const open = context.open(head);
    if (open !== undefined) return open;
    const proceed = () => {
      if (expectsContinue) response.writeContinue();
    };
    const verified = await authenticate(request, head, context, proceed, (service) => {
      // From here on errors are told in the words of the service that the request is signed for.
      if (head !== undefined) head = { ...head, dialect: dialectOf(service, head.dialect) };
    });
    head = verified.head;
    patience = muchPatience;
    end = context.begin(request.socket);
    const { service } = verified;
    if (!isServiceName(service)) throw unknownService(service, head, verified.message);
    const operation = operationOf(service, head, verified.message);
    checkRights(verified.caller, service, operation, head.dialect);
    const serve = () =>
      context.services[service]({
        method: verified.head.method,
        path: verified.head.path,
        rawPath: verified.head.rawPath,
        query: queryOf(verified.head),
        headers: verified.head.headers,
        body: verified.body,
        trailers: verified.trailers,
        presigned: verified.presigned,
        ...(verified.caller ? { caller: verified.caller } : {}),
        peer: request.socket.remoteAddress ?? '',
        requestId,
        signal: aborter.signal,
      });
    const fault = nextFault(context, service, operation);
    return applyFault(fault, { dialect: head.dialect, request, signal: aborter.signal }, serve);
  };

  try {
    const answer = await work().catch((error: unknown): SandboxResponse => {
      const dialect = head?.dialect ?? 's3';
      if (error instanceof AwsFailure) return failureResponse(dialect, error, requestId);
      if (!aborter.signal.aborted) context.log(`${head?.method} ${head?.rawPath}: ${describe(error)}`);
      return failureResponse(dialect, refusal(dialect, 'internal'), requestId);
    });
    if (answer === 'dropped' || aborter.signal.aborted) request.socket.destroy();
    else {
      const envelope = { dialect: head?.dialect ?? 's3', requestId, now: context.clock.now(), patience };
      await respond(request, response, answer, envelope);
    }
  } catch (error) {
    // Half an answer is out: only the end of the connection tells the client that it is not whole.
    if (!aborter.signal.aborted) context.log(`answer cut: ${describe(error)}`);
    request.socket.destroy();
  } finally {
    end?.();
  }
}

/** The distributor has rights in S3, which weighs them itself, and may ask who it is. */
function checkRights(caller: Caller | undefined, service: string, operation: string, dialect: Dialect): void {
  if (caller?.name !== 'distributor' || service === 's3' || service === 'sts') return;
  throw refusal(
    dialect,
    'forbidden',
    `User: ${caller.arn} is not authorized to perform: ${service}:${operation}`,
  );
}

function nextFault(context: ExchangeContext, service: ServiceName, operation: string) {
  if (context.faults === undefined) return undefined;
  const name = `${service} ${operation}`;
  const count = (context.counts.get(name) ?? 0) + 1;
  context.counts.set(name, count);
  return context.faults({ service, operation, count });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
