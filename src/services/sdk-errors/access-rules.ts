import { cleanText } from '../clean-text.ts';
import type { SdkErrorFields } from './fields.ts';
import { both, either, isFromProvider, named, type Rule, saying, type TranslateContext } from './rule.ts';

/** The way back in, for the profile in use. The program notices by itself: pollers ask again with new credentials. */
function signIn({ awsProfile }: TranslateContext): string {
  const profile = awsProfile ? ` --profile ${cleanText(awsProfile)}` : '';
  return `Sign in again (aws sso login${profile}) or renew the keys; a running ccwb-tui goes on by itself.`;
}

/** `not authorized to perform: kms:Decrypt on resource: …` names what really lacks, which need not be the call's own. */
function missingAction(fields: SdkErrorFields, context: TranslateContext): string {
  return cleanText(/not authorized to perform:?\s+([\w-]+:\w+)/.exec(fields.message)?.[1] ?? context.action);
}

function whoLacks(fields: SdkErrorFields): string {
  return cleanText(/User: (arn:\S+)/.exec(fields.message)?.[1] ?? 'the identity in use');
}

/** Who we are and what we may. */
export const accessRules: readonly Rule[] = [
  {
    when: saying(/multi-factor authentication|MFA code/),
    verdict: (fields) => ({
      kind: 'credentials',
      what: cleanText(fields.message),
      hint: 'Get a session first, for example with aws sts get-session-token, or use a profile without MFA.',
    }),
  },
  {
    // By its text: the name is the same for all of them.
    when: both(isFromProvider, saying(/sso|aws login|expired|re-?authenticate/i)),
    verdict: (fields, context) => ({
      kind: 'credentials',
      what: cleanText(fields.message),
      hint: signIn(context),
    }),
  },
  {
    when: isFromProvider,
    verdict: (fields, context) => ({
      kind: 'credentials',
      what: /Could not load credentials from any providers/.test(fields.message)
        ? `no AWS credentials found${context.awsProfile ? ` for profile ${cleanText(context.awsProfile)}` : ''}`
        : cleanText(fields.message),
      hint: context.awsProfile
        ? signIn(context)
        : 'Sign in (aws sso login, aws login), set AWS_PROFILE, or give --profile NAME; --sandbox needs none.',
    }),
  },
  {
    when: either(
      named('ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired'),
      named('UnauthorizedException'),
      saying(/security token.*(is|has) expired/i),
    ),
    verdict: (_, context) => ({
      kind: 'credentials',
      what: 'the AWS credentials have expired',
      hint: signIn(context),
    }),
  },
  {
    when: named('RequestTimeTooSkewed', 'RequestInTheFuture'),
    verdict: () => ({
      kind: 'credentials',
      what: "this machine's clock is wrong",
      hint: 'Set the clock (NTP); AWS refuses requests more than a few minutes off.',
    }),
  },
  {
    when: either(
      named('UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidAccessKeyId', 'AuthFailure'),
      named('InvalidSignatureException', 'SignatureDoesNotMatch', 'IncompleteSignature', 'InvalidToken'),
      named(
        'IncompleteSignatureException',
        'MissingAuthenticationToken',
        'MissingAuthenticationTokenException',
      ),
    ),
    verdict: (_, context) => ({
      kind: 'credentials',
      what: 'AWS does not accept the credentials',
      hint: `Wrong, deleted or mistyped keys? ${signIn(context)}`,
    }),
  },
  {
    when: named('OptInRequired'),
    verdict: () => ({
      kind: 'permission',
      what: 'the region or service is not enabled for this account',
      hint: 'Enable it in the account settings, or choose another --region.',
    }),
  },
  {
    when: named('AccountSuspendedException'),
    verdict: () => ({
      kind: 'permission',
      what: 'the account may not build (suspended)',
      hint: 'Ask AWS Support.',
    }),
  },
  {
    when: either(
      named('AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError'),
      named('AllAccessDisabled', 'NotAuthorized', 'Forbidden'),
      // The answer to a HEAD has no body: the status is all there is.
      (fields) => fields.status === 403,
    ),
    verdict: (fields, context) => {
      const action = missingAction(fields, context);
      const denied = /explicit deny/i.test(fields.message) ? ' A policy denies it explicitly.' : '';
      return {
        kind: 'permission',
        what: `access denied (${action})`,
        hint: `Ask for the IAM action ${action} for ${whoLacks(fields)}.${denied}`,
      };
    },
  },
];
