import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorKind, exitCodeFor } from '../../src/domain/errors.ts';
import { translateError } from '../../src/services/translate-error.ts';

const context = {
  doing: 'Reading builds of claude-code-auth-windows-build',
  action: 'codebuild:ListBuildsForProject',
};

function failure(fields: { name?: string; message?: string; code?: string; status?: number }): Error {
  const { name = 'Error', message = '', code, status } = fields;
  return Object.assign(new Error(message), {
    name,
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
  });
}

/** Names and texts as the SDK, Node, S3 and the credential providers give them. */
const cases: [string, Parameters<typeof failure>[0], ErrorKind, boolean][] = [
  [
    'no SSO session',
    {
      name: 'CredentialsProviderError',
      message:
        "The SSO session token associated with profile=dev was not found or is invalid. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    },
    'credentials',
    false,
  ],
  [
    'an SSO token without refresh data',
    {
      name: 'CredentialsProviderError',
      message: "Value not present for 'clientId' in SSO Token. Cannot refresh.",
    },
    'credentials',
    false,
  ],
  [
    'no credentials at all',
    { name: 'CredentialsProviderError', message: 'Could not load credentials from any providers' },
    'credentials',
    false,
  ],
  [
    'MFA',
    {
      name: 'CredentialsProviderError',
      message: 'Profile x requires multi-factor authentication, but no MFA code callback was provided.',
    },
    'credentials',
    false,
  ],
  [
    'an unreachable SSO portal',
    {
      name: 'CredentialsProviderError',
      message: 'Error: getaddrinfo ENOTFOUND portal.sso.eu-west-1.amazonaws.com',
    },
    'network',
    true,
  ],
  ['an expired token, JSON', { name: 'ExpiredTokenException', status: 400 }, 'credentials', false],
  ['an expired token, S3', { name: 'ExpiredToken', status: 400 }, 'credentials', false],
  ['an unknown key', { name: 'UnrecognizedClientException', status: 400 }, 'credentials', false],
  ['a wrong signature', { name: 'SignatureDoesNotMatch', status: 403 }, 'credentials', false],
  ['denied', { name: 'AccessDeniedException', status: 400 }, 'permission', false],
  ['denied, HEAD', { name: 'Unknown', message: 'UnknownError', status: 403 }, 'permission', false],
  [
    'throttled, CodeBuild',
    { name: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
    'throttled',
    true,
  ],
  ['throttled, S3', { name: 'SlowDown', status: 503 }, 'throttled', true],
  ['throttled, by status', { name: 'Whatever', status: 429 }, 'throttled', true],
  ['throttled, SSM', { name: 'TooManyUpdates', status: 400 }, 'throttled', true],
  ['no such host', { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND x.amazonaws.com' }, 'network', true],
  ['refused', { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' }, 'network', true],
  ['reset', { name: 'TimeoutError', code: 'ECONNRESET', message: 'socket hang up' }, 'network', true],
  ['no answer', { name: 'TimeoutError', code: 'ETIMEDOUT' }, 'network', true],
  ['an unknown certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'network', false],
  [
    "a proxy's page",
    { name: 'SyntaxError', message: "Unexpected token '<' … Deserialization error", status: 200 },
    'network',
    true,
  ],
  ['a server error', { name: 'InternalFailure', status: 500 }, 'unavailable', true],
  ['a missing key', { name: 'NoSuchKey', status: 404 }, 'not-found', false],
  ['a missing key, HEAD', { name: 'NotFound', message: 'UnknownError', status: 404 }, 'not-found', false],
  ['a missing parameter', { name: 'ParameterNotFound', status: 400 }, 'not-found', false],
  [
    'a missing stack',
    { name: 'ValidationError', message: 'Stack with id X does not exist', status: 400 },
    'not-found',
    false,
  ],
  ['another region', { name: 'PermanentRedirect', status: 301 }, 'invalid', false],
  [
    'a full account',
    { name: 'AccountLimitExceededException', message: 'Too many', status: 400 },
    'conflict',
    false,
  ],
  ['a bad input', { name: 'InvalidInputException', message: 'No.', status: 400 }, 'invalid', false],
  ['something new from AWS', { name: 'BrandNewException', message: 'Hm', status: 400 }, 'failed', false],
  ['a mistake of ours', { name: 'TypeError', message: 'x is not a function' }, 'bug', false],
];

/** Characters that strangers put into names and texts. */
const strange = [
  'a',
  ':',
  '-',
  ' ',
  '\u0000',
  '\n',
  '\r',
  '\u001b',
  '[',
  ']',
  '\u007f',
  '\u009b',
  '\u202e',
  '\ud800',
  '=',
  'é',
];

describe('translating errors', () => {
  it.each(cases)('knows %s', (_, fields, kind, retryable) => {
    const error = translateError(failure(fields), context);
    expect(error).toMatchObject({ kind, retryable });
    expect(error.message).toMatch(/^Reading builds of claude-code-auth-windows-build: \S.*[^.]\.$/);
    if (kind !== 'invalid' && kind !== 'failed') expect(error.hint).toBeTruthy();
  });

  it('names the action that is missing, which need not be the call, and who lacks it', () => {
    expect(translateError(failure({ name: 'AccessDeniedException' }), context).message).toBe(
      'Reading builds of claude-code-auth-windows-build: access denied (codebuild:ListBuildsForProject).',
    );
    const kms = translateError(
      failure({
        name: 'AccessDeniedException',
        message:
          'User: arn:aws:sts::123456789012:assumed-role/dev/alice is not authorized to perform: kms:Decrypt on resource: x with an explicit deny',
      }),
      context,
    );
    expect(kms.message).toContain('(kms:Decrypt)');
    expect(kms.hint).toContain('arn:aws:sts::123456789012:assumed-role/dev/alice');
    expect(kms.hint).toContain('explicit');
  });

  it('names the profile to sign in with, and the endpoint that does not answer', () => {
    const expired = failure({ name: 'ExpiredTokenException' });
    expect(translateError(expired, { ...context, awsProfile: 'dev' }).hint).toContain(
      'aws sso login --profile dev',
    );
    const refused = failure({ code: 'ECONNREFUSED' });
    expect(translateError(refused, { ...context, endpointUrl: 'http://127.0.0.1:4566' }).hint).toContain(
      'http://127.0.0.1:4566',
    );
  });

  it('reads the error inside an aggregate, whose own message is empty', () => {
    const aggregate = new AggregateError([
      failure({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1:1' }),
    ]);
    expect(translateError(aggregate, context).kind).toBe('network');
  });

  it('leaves an AppError as it is, and gives each kind its exit code', () => {
    const own = new AppError({ kind: 'usage', message: 'x' });
    expect(translateError(own, context)).toBe(own);
    const code = (fields: Parameters<typeof failure>[0]) =>
      exitCodeFor(translateError(failure(fields), context));
    expect(code({ name: 'ExpiredToken' })).toBe(3);
    expect(code({ name: 'AccessDenied' })).toBe(3);
    expect(code({ name: 'NoSuchKey' })).toBe(4);
    expect(code({ code: 'ENOTFOUND' })).toBe(5);
    expect(code({ name: 'ThrottlingException' })).toBe(5);
  });

  it('lets no control character and no secret through, whatever it is thrown', () => {
    const secrets = [
      'AKIAIOSFODNN7EXAMPLE',
      'ASIAIOSFODNN7EXAMPLE',
      'X-Amz-Signature=0123456789abcdef0123456789abcdef',
      'aws_secret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
      'Bearer eyJhbGciOi.abc.def',
    ];
    const text = fc
      .array(
        fc.oneof(
          fc.string({ unit: fc.constantFrom(...strange), maxLength: 12 }),
          fc.constantFrom('\u001b[31m', '\u009b2J', '\n', ...secrets),
        ),
      )
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(text, text, fc.option(fc.integer({ min: 100, max: 599 })), (name, message, status) => {
        const error = translateError(
          failure({ name, message, ...(status === null ? {} : { status }) }),
          context,
        );
        const said = `${error.message}${error.hint ?? ''}`;
        expect(said).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        for (const secret of secrets) expect(said).not.toContain(secret);
        expect(error.message.length).toBeLessThan(800);
      }),
    );
  });

  it.each([undefined, null, 'text', 42, {}])('copes with a throw of %s', (thrown) => {
    expect(translateError(thrown, context)).toBeInstanceOf(AppError);
  });
});
