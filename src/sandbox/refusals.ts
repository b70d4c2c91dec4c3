import type { Dialect } from './dialect.ts';
import { AwsFailure } from './http.ts';

/** What goes wrong on the way to any service, named apart from the words each protocol has for it. */
export type Refusal =
  | 'missing-signature'
  | 'unknown-key'
  | 'wrong-signature'
  | 'malformed-signature'
  | 'wrong-scope'
  | 'skewed'
  | 'session-token'
  | 'unsupported-signature'
  | 'too-large'
  | 'unknown-operation'
  | 'throttled'
  | 'internal'
  | 'forbidden'
  | 'method'
  | 'bad-request';

type Form = readonly [code: string, status: number, message: string];

const noMatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
const badToken = 'The security token included in the request is invalid.';

/** Codes and texts as the services give them (CommonErrors of the CodeBuild and STS references, S3's ErrorResponses). */
const forms: Record<Refusal, Record<Dialect, Form>> = {
  'missing-signature': {
    json: ['MissingAuthenticationTokenException', 400, 'Missing Authentication Token'],
    query: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    s3: ['AccessDenied', 403, 'Access Denied'],
  },
  'unknown-key': {
    json: ['UnrecognizedClientException', 400, badToken],
    query: ['InvalidClientTokenId', 403, badToken],
    s3: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
  },
  'wrong-signature': {
    json: ['InvalidSignatureException', 400, noMatch],
    query: ['SignatureDoesNotMatch', 403, noMatch],
    s3: [
      'SignatureDoesNotMatch',
      403,
      `The request signature we calculated does not match the signature you provided. Check your key and signing method.`,
    ],
  },
  'malformed-signature': {
    json: ['IncompleteSignatureException', 400, 'The request signature does not conform to AWS standards.'],
    query: ['IncompleteSignature', 400, 'The request signature does not conform to AWS standards.'],
    s3: ['AuthorizationHeaderMalformed', 400, 'The authorization header is malformed.'],
  },
  'wrong-scope': {
    json: ['InvalidSignatureException', 400, 'Credential should be scoped to a valid region.'],
    query: ['SignatureDoesNotMatch', 403, 'Credential should be scoped to a valid region.'],
    s3: ['AuthorizationHeaderMalformed', 400, 'The authorization header is malformed.'],
  },
  skewed: {
    json: ['InvalidSignatureException', 400, 'Signature expired.'],
    query: ['SignatureDoesNotMatch', 403, 'Signature expired.'],
    s3: [
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
    ],
  },
  'session-token': {
    json: ['UnrecognizedClientException', 400, badToken],
    query: ['InvalidClientTokenId', 403, badToken],
    s3: ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
  },
  'unsupported-signature': {
    json: ['IncompleteSignatureException', 400, 'Unsupported AWS algorithm; use AWS4-HMAC-SHA256.'],
    query: ['IncompleteSignature', 400, 'Unsupported AWS algorithm; use AWS4-HMAC-SHA256.'],
    s3: [
      'InvalidRequest',
      400,
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    ],
  },
  'too-large': {
    json: ['RequestEntityTooLargeException', 413, 'The request is larger than the service takes.'],
    query: ['RequestEntityTooLarge', 413, 'The request is larger than the service takes.'],
    s3: ['EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size'],
  },
  'unknown-operation': {
    json: ['UnknownOperationException', 400, 'The sandbox does not offer this operation.'],
    query: ['InvalidAction', 400, 'The sandbox does not offer this operation.'],
    s3: ['NotImplemented', 501, 'The sandbox does not offer this operation.'],
  },
  throttled: {
    json: ['ThrottlingException', 400, 'Rate exceeded'],
    query: ['Throttling', 400, 'Rate exceeded'],
    s3: ['SlowDown', 503, 'Please reduce your request rate.'],
  },
  internal: {
    json: ['InternalFailure', 500, 'The sandbox met an error of its own; its log has the details.'],
    query: ['InternalFailure', 500, 'The sandbox met an error of its own; its log has the details.'],
    s3: ['InternalError', 500, 'We encountered an internal error. Please try again.'],
  },
  forbidden: {
    json: ['AccessDeniedException', 403, 'Access Denied'],
    query: ['AccessDenied', 403, 'Access Denied'],
    s3: ['AccessDenied', 403, 'Access Denied'],
  },
  method: {
    json: ['UnknownOperationException', 405, 'The method is not allowed here.'],
    query: ['InvalidAction', 405, 'The method is not allowed here.'],
    s3: ['MethodNotAllowed', 405, 'The specified method is not allowed against this resource.'],
  },
  'bad-request': {
    json: ['SerializationException', 400, 'The request could not be read.'],
    query: ['MalformedQueryString', 400, 'The request could not be read.'],
    s3: ['InvalidRequest', 400, 'The request could not be read.'],
  },
};

/** The failure a service of this protocol answers with; `message` replaces its usual text. */
export function refusal(
  dialect: Dialect,
  kind: Refusal,
  message?: string,
  fields: Record<string, string> = {},
): AwsFailure {
  const [code, status, text] = forms[kind][dialect];
  return new AwsFailure(code, message ?? text, status, fields);
}
