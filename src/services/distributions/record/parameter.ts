import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { DistributionRecord } from '../../../domain/distribution.ts';
import { parseRecord } from '../../../domain/distribution-record.ts';
import { AppError } from '../../../domain/errors.ts';
import { type CallOptions, impatient } from '../../aws-call.ts';
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
 * Writes the parameter.
 * @returns its new version, and how often it was sent: a lost reply makes one write count twice.
 */
export async function writeParameter(
  deps: Deps,
  text: string,
  signal: AbortSignal,
): Promise<{ version: number | undefined; tries: number }> {
  const { parameterName, region } = deps.deployment;
  let tries = 0;
  const answer = await deps.aws.call(
    { doing: `Writing the parameter ${parameterName}`, action: 'ssm:PutParameter' },
    signal,
    async (abortSignal) => {
      tries += 1;
      return (await deps.aws.ssm(region)).send(
        new PutParameterCommand({
          Name: parameterName,
          Value: text,
          Type: 'SecureString',
          Overwrite: true,
        }),
        { abortSignal },
      );
    },
  );
  return { version: answer.Version, tries };
}
