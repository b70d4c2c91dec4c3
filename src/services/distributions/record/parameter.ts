import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { DistributionRecord } from '../../../domain/distribution.ts';
import { parseRecord } from '../../../domain/distribution-record.ts';
import { AppError } from '../../../domain/errors.ts';
import { type CallOptions, impatient, once } from '../../aws-call.ts';
import { sdkErrorFields } from '../../sdk-errors/fields.ts';
import type { DistributionsDeps } from '../deps.ts';

type Deps = Pick<DistributionsDeps, 'aws' | 'deployment'>;

/** The parameter as it is: Parameter Store counts its versions from 1. */
export type StoredRecord = { version: number; text: string };

/** Reads the parameter; undefined where none was ever written. */
export function readParameter(
  deps: Deps,
  signal: AbortSignal,
  tries?: CallOptions,
): Promise<StoredRecord | undefined> {
  return read(deps, deps.deployment.parameterName, signal, tries);
}

/** Reads a former version of the parameter. @throws AppError, also where that version is not kept any more. */
export function readVersion(
  deps: Deps,
  version: number,
  signal: AbortSignal,
  tries?: CallOptions,
): Promise<StoredRecord | undefined> {
  return read(deps, `${deps.deployment.parameterName}:${version}`, signal, tries);
}

async function read(
  deps: Deps,
  name: string,
  signal: AbortSignal,
  tries: CallOptions | undefined,
): Promise<StoredRecord | undefined> {
  const { region } = deps.deployment;
  try {
    const answer = await deps.aws.call(
      { doing: `Reading the parameter ${name}`, action: 'ssm:GetParameter' },
      signal,
      async (abortSignal) =>
        (await deps.aws.ssm(region)).send(new GetParameterCommand({ Name: name, WithDecryption: true }), {
          abortSignal,
        }),
      tries,
    );
    return { version: answer.Parameter?.Version ?? 0, text: answer.Parameter?.Value ?? '' };
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** The recorded distribution; undefined where none was ever recorded. */
export async function latestRecord(deps: Deps, signal: AbortSignal): Promise<DistributionRecord | undefined> {
  const stored = await readParameter(deps, signal, impatient);
  return stored ? parseRecord(stored.text) : undefined;
}

/**
 * Writes the parameter. A try that was not answered may have been carried out all the same: before another one the
 * parameter is looked at, and where it holds the text that was it.
 * @returns its new version, and how often it was sent: a lost reply makes one write count twice.
 * @throws AppError; one that is `retryable` leaves unknown whether it was written, also where `signal` cut it short.
 */
export async function writeParameter(
  deps: Deps,
  text: string,
  signal: AbortSignal,
): Promise<{ version: number | undefined; tries: number }> {
  const { parameterName, region } = deps.deployment;
  const doing = `Writing the parameter ${parameterName}`;
  let tries = 0;
  // Tries of which nobody said that they were refused.
  let open = 0;
  const attempt = async (abortSignal: AbortSignal): Promise<number | undefined> => {
    const present = open > 0 ? await readable(deps, abortSignal) : undefined;
    if (present?.text === text) return present.version;
    tries += 1;
    const command = new PutParameterCommand({
      Name: parameterName,
      Value: text,
      Type: 'SecureString',
      Overwrite: true,
    });
    const client = await deps.aws.ssm(region);
    open += 1;
    try {
      return (await client.send(command, { abortSignal })).Version;
    } catch (error) {
      // A server that came to grief may have done it before.
      if ((sdkErrorFields(error).status ?? 500) < 500) open -= 1;
      throw error;
    }
  };
  try {
    return { version: await deps.aws.call({ doing, action: 'ssm:PutParameter' }, signal, attempt), tries };
  } catch (error) {
    throw open > 0 ? unsettled(error, doing, signal) : error;
  }
}

/** The error of a write of which one try may have been carried out, whatever the last one ended with. */
function unsettled(error: unknown, doing: string, signal: AbortSignal): AppError {
  const known = error instanceof AppError && !signal.aborted ? error : undefined;
  return new AppError({
    kind: known?.kind ?? 'network',
    message: known?.message ?? `${doing}: cancelled before an answer came.`,
    hint: known?.hint ?? 'Look at what is recorded with: ccwb-tui distribute --get-latest',
    retryable: true,
    cause: error,
  });
}

/** Whoever may write the parameter and not read it writes once more. */
async function readable(deps: Deps, signal: AbortSignal): Promise<StoredRecord | undefined> {
  try {
    return await readParameter(deps, signal, once);
  } catch (error) {
    if (error instanceof AppError && !error.retryable) return undefined;
    throw error;
  }
}
