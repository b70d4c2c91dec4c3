import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Clock } from '../../domain/clock.ts';
import type { SandboxAccount } from '../account.ts';
import { dialectOf } from '../dialect.ts';
import { maxMessageBytes, readAll } from '../read-all.ts';
import { refusal } from '../refusals.ts';
import { type Caller, userOf } from '../users.ts';
import type { BodyBudget } from './body-budget.ts';
import { decodeChunked } from './chunked.ts';
import { checkEmptyHash, declaredPayloadHash, hashCheck, planPayload } from './payload.ts';
import type { RequestHead } from './request-head.ts';
import { isUnsigned, readClaim, type SignatureClaim } from './signature-claim.ts';
import { sha256Hex } from './sigv4.ts';
import { checkClaim, type Secret, type VerifiedSignature, verifySignature } from './verify-signature.ts';

export type AuthContext = {
  clock: Clock;
  /** Of the owner. */
  secret: Secret;
  /** Of the user that links are signed as; absent: there is none. */
  distributor?: Secret;
  account: SandboxAccount;
  /** Whether S3 serves a request without any signature, by its head and the peer's address; absent: never. */
  servesUnsigned?: (head: RequestHead, peer: string) => boolean;
  /** How far a header signature's time may be off. */
  maxSkewMs: number;
  /** For bodies that must be read before their signature can be checked. */
  unchecked: BodyBudget;
};

export type Authenticated = {
  head: RequestHead;
  /** As the credential scope names it. */
  service: string;
  presigned: boolean;
  /** Absent: a request without a signature, which S3 serves nevertheless. */
  caller?: Caller;
  /** The whole body of a JSON or Query request. */
  message: Buffer;
  body: Readable;
  trailers: Record<string, string>;
};

/**
 * Checks the signature and opens the body. A request without one gets through where S3 says so, and without its body.
 * @param proceed called once the client may send its body.
 * @param onService called with the service named in the credential scope before anything can be refused.
 * @throws AwsFailure
 */
export async function authenticate(
  request: IncomingMessage,
  unsignedHead: RequestHead,
  context: AuthContext,
  proceed: () => void,
  onService: (service: string) => void,
): Promise<Authenticated> {
  if (isUnsigned(unsignedHead) && isServedUnsigned(unsignedHead, request, context)) {
    const body = bytesOf(Buffer.alloc(0));
    return {
      head: unsignedHead,
      service: 's3',
      presigned: false,
      message: Buffer.alloc(0),
      body,
      trailers: {},
    };
  }
  const claim = readClaim(unsignedHead);
  onService(claim.service);
  const head = { ...unsignedHead, dialect: dialectOf(claim.service, unsignedHead.dialect) };
  const { account, maxSkewMs } = context;
  const name = claim.accessKeyId === context.distributor?.accessKeyId ? 'distributor' : 'owner';
  const secret = name === 'owner' ? context.secret : (context.distributor ?? context.secret);
  checkClaim(head, claim, { secret, account, maxSkewMs, now: context.clock.now() });
  const told = {
    head,
    service: claim.service,
    presigned: claim.kind === 'query',
    caller: { ...userOf(account, name), signedAt: claim.signedAt },
  };
  if (claim.service === 's3') {
    const declared = declaredPayloadHash(head, claim);
    const verified = verifySignature(head, claim, secret, declared);
    const { body, trailers } = openBody(request, head, declared, verified);
    proceed();
    return { ...told, message: Buffer.alloc(0), body, trailers };
  }
  const message = await readMessage(request, head, claim, { secret, unchecked: context.unchecked }, proceed);
  return { ...told, message, body: bytesOf(message), trailers: {} };
}

/** Reading is all that anybody may be allowed: what lies in the bucket is run as a build. */
function isServedUnsigned(head: RequestHead, request: IncomingMessage, context: AuthContext): boolean {
  if (head.method !== 'GET' && head.method !== 'HEAD') return false;
  return context.servesUnsigned?.(head, request.socket.remoteAddress ?? '') === true;
}

/**
 * A JSON or Query body, whole, once the signature over it is known to be good. Without x-amz-content-sha256 that shows
 * only at its end: until then it counts as a stranger's.
 */
async function readMessage(
  request: IncomingMessage,
  head: RequestHead,
  claim: SignatureClaim,
  { secret, unchecked }: Pick<AuthContext, 'secret' | 'unchecked'>,
  proceed: () => void,
): Promise<Buffer> {
  const tooLarge = () => refusal(head.dialect, 'too-large');
  if (Number(head.headers['content-length'] ?? 0) > maxMessageBytes) throw tooLarge();
  const declared = head.headers['x-amz-content-sha256'];
  if (declared !== undefined) {
    if (!/^[0-9a-f]{64}$/.test(declared)) throw refusal(head.dialect, 'wrong-signature');
    verifySignature(head, claim, secret, declared);
  }
  proceed();
  const account = declared === undefined ? unchecked.open() : undefined;
  const message = await readAll(request, maxMessageBytes, tooLarge, (bytes) => {
    if (account?.take(bytes) === false) throw refusal(head.dialect, 'throttled');
  }).finally(() => account?.release());
  const actual = sha256Hex(message);
  if (declared === undefined) verifySignature(head, claim, secret, actual);
  else if (declared !== actual) throw refusal(head.dialect, 'wrong-signature');
  return message;
}

/** An S3 body as a stream that fails where it is not what its signature promised. */
function openBody(
  request: IncomingMessage,
  head: RequestHead,
  declared: string,
  verified: VerifiedSignature,
): { body: Readable; trailers: Record<string, string> } {
  const plan = planPayload(head, declared);
  const trailers: Record<string, string> = Object.create(null);
  const sent =
    head.headers['transfer-encoding'] !== undefined || Number(head.headers['content-length'] ?? 0) > 0;
  if (!sent && plan.kind !== 'chunked') {
    checkEmptyHash(plan);
    return { body: bytesOf(Buffer.alloc(0)), trailers };
  }
  if (plan.kind === 'unsigned') return { body: request, trailers };
  const announced = plan.kind === 'chunked' && plan.trailer ? (head.headers['x-amz-trailer'] ?? '') : '';
  const transform =
    plan.kind === 'hashed'
      ? hashCheck(plan.sha256)
      : decodeChunked({
          decodedLength: plan.decodedLength,
          ...(plan.signed ? { seed: verified } : {}),
          trailerNames: announced
            .split(',')
            .map((name) => name.trim().toLowerCase())
            .filter((name) => name !== ''),
          trailers,
        });
  // Not `pipeline`: it would end the connection with the stream, and with it the answer that says why.
  request.on('error', (error) => transform.destroy(error));
  request.on('close', () => {
    if (!request.complete) transform.destroy(new Error('The connection ended before the body did.'));
  });
  transform.on('error', () => {});
  request.pipe(transform);
  return { body: transform, trailers };
}

function bytesOf(bytes: Buffer): Readable {
  return Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
}
