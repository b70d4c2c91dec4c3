import { AppError } from '../domain/errors.ts';
import { cleanText } from './clean-text.ts';
import { accessRules } from './sdk-errors/access-rules.ts';
import { sdkErrorFields } from './sdk-errors/fields.ts';
import { networkRules } from './sdk-errors/network-rules.ts';
import type { TranslateContext } from './sdk-errors/rule.ts';
import { serviceRules, unforeseen } from './sdk-errors/service-rules.ts';

export type { CallContext, TranslateContext } from './sdk-errors/rule.ts';

// First match wins. The network first: credential providers call out too, and wrap what they met in their own name.
const rules = [...networkRules, ...accessRules, ...serviceRules];

/**
 * The one translation of what the SDK, Node's network and the credential chain throw into an AppError that names the
 * action and says what to do. Texts of strangers are sanitised, secrets masked. Aborts must not be handed in.
 * Names and texts: the SDK's own sources and types, and what fake servers made it throw.
 */
export function translateError(error: unknown, context: TranslateContext): AppError {
  if (error instanceof AppError) return error;
  const fields = sdkErrorFields(error);
  const verdict = rules.find((rule) => rule.when(fields))?.verdict(fields, context) ?? unforeseen(fields);
  const said = verdict.what || cleanText(fields.message) || cleanText(fields.name) || 'failed';
  return new AppError({
    kind: verdict.kind,
    message: `${context.doing}: ${said.replace(/\.+$/, '')}.`,
    ...(verdict.hint ? { hint: verdict.hint } : {}),
    retryable: verdict.retryable ?? false,
    cause: error,
  });
}
