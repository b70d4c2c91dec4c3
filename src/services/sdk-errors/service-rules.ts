import { cleanText } from '../clean-text.ts';
import type { SdkErrorFields } from './fields.ts';
import { both, either, named, type Rule, saying, type Verdict } from './rule.ts';

/** What the services answer about the things they were asked about. */
export const serviceRules: readonly Rule[] = [
  {
    when: either(
      named('PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'),
      (fields) => fields.status === 301,
    ),
    verdict: () => ({
      kind: 'invalid',
      what: 'the bucket lies in another region',
      hint: 'Give its region with --region, or correct it in the profile.',
    }),
  },
  {
    when: either(
      named(
        'ResourceNotFoundException',
        'NoSuchKey',
        'NoSuchBucket',
        'NoSuchVersion',
        'NoSuchUpload',
        'NotFound',
      ),
      named('ParameterNotFound', 'ParameterVersionNotFound'),
      both(named('ValidationError'), saying(/does not exist/)),
      (fields) => fields.status === 404,
    ),
    verdict: (fields) => ({
      kind: 'not-found',
      what: /^(UnknownError)?$/.test(fields.message) ? 'not found' : cleanText(fields.message),
      hint: 'Check the name, the region and the account.',
    }),
  },
  {
    when: named(
      'AccountLimitExceededException',
      'ParameterLimitExceeded',
      'ParameterMaxVersionLimitExceeded',
    ),
    verdict: (fields) => ({
      kind: 'conflict',
      what: cleanText(fields.message) || 'a limit of the account is reached',
      hint: 'Wait for running builds to end, or have the quota raised.',
    }),
  },
  {
    when: named(
      'ResourceAlreadyExistsException',
      'ParameterAlreadyExists',
      'OperationAborted',
      'PreconditionFailed',
    ),
    verdict: () => ({ kind: 'conflict' }),
  },
  {
    when: saying(/Region is missing/),
    verdict: () => ({ kind: 'usage', what: 'no region is known', hint: 'Give --region, or set AWS_REGION.' }),
  },
];

/** Whatever no rule knows: an answer of AWS is told in its own words, anything else is a mistake of ours. */
export function unforeseen(fields: SdkErrorFields): Verdict {
  if (fields.status === undefined) {
    return { kind: 'bug', hint: 'Run again with --debug FILE and report what it holds.' };
  }
  const known = /^(Invalid|Validation|Malformed|Unknown|Unsupported)/.test(fields.name);
  const what = [cleanText(fields.name), cleanText(fields.message)].filter(Boolean).join(': ');
  return { kind: known ? 'invalid' : 'failed', what };
}
