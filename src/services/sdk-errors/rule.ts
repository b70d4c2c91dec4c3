import type { AppErrorFields } from '../../domain/errors.ts';
import type { SdkErrorFields } from './fields.ts';

/** What was being done when a call failed: the first half of its message. */
export type CallContext = {
  /** As a sentence begins, with the thing's name: `Reading builds of claude-code-auth-windows-build`. */
  doing: string;
  /** The IAM action of the call, `codebuild:BatchGetBuilds`. */
  action: string;
};

/** Whose credentials and which place, for hints. */
export type TranslateContext = CallContext & {
  /** The AWS profile the credentials come from; absent for the default chain and given ones. */
  awsProfile?: string | undefined;
  /** The custom endpoint, if there is one. */
  endpointUrl?: string | undefined;
};

/** What an error means. `what` in the program's words; without it the stranger's own message stands. */
export type Verdict = Pick<AppErrorFields, 'kind' | 'hint' | 'retryable'> & { what?: string };

export type Test = (fields: SdkErrorFields) => boolean;
export type Rule = { when: Test; verdict(fields: SdkErrorFields, context: TranslateContext): Verdict };

export const named =
  (...names: string[]): Test =>
  (fields) =>
    names.includes(fields.name) || names.includes(fields.code);

export const saying =
  (pattern: RegExp): Test =>
  (fields) =>
    pattern.test(fields.message);

export const either =
  (...tests: Test[]): Test =>
  (fields) =>
    tests.some((test) => test(fields));

export const both =
  (...tests: Test[]): Test =>
  (fields) =>
    tests.every((test) => test(fields));

/** Thrown by the credential chain, whatever it met. */
export const isFromProvider = named('CredentialsProviderError', 'TokenProviderError', 'ProviderError');
