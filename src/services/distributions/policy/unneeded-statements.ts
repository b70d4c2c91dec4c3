import { basename } from 'node:path';
import { endedStatements, ownStatements } from '../../../domain/bucket-policy.ts';
import { AppError } from '../../../domain/errors.ts';
import { impatient } from '../../aws-call.ts';
import { versionsOfKey } from '../list-versions.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { type PolicyDeps, readPolicyAndTime } from './bucket-policy-api.ts';
import { removeStatements, type Unneeded } from './statements.ts';

/**
 * Takes our statements out of the policy that only take up room there: the last link of the package has ended, or every
 * version of it is gone. What cannot be told of a package stays.
 * @returns what was done, in a sentence; undefined where there was nothing to do.
 * @throws AppError where the policy may not be read or written.
 */
export async function removeUnneeded(
  deps: PolicyDeps,
  place: PackageBucket,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { policy, now } = await readPolicyAndTime(deps, place, signal, impatient);
  if (policy === undefined) return undefined;
  const gone = await goneStatements(deps, place, policy, signal);
  // What somebody prolonged meanwhile has not ended: the policy to be written is asked, not the one that was read.
  const unneeded: Unneeded = (present) => {
    const names = ownStatements(present).map(({ name }) => name);
    const ended = endedStatements(present, now);
    return names.filter((name) => gone.includes(name) || ended.includes(name));
  };
  const names = unneeded(policy);
  if (names.length === 0) return undefined;
  await removeStatements(deps, place, unneeded, signal);
  const packages = ownStatements(policy).flatMap(({ name, key }) =>
    names.includes(name) ? [basename(key)] : [],
  );
  return `Removed from the policy of ${place.bucket} what no link needs any more: ${packages.join(', ')}.`;
}

async function goneStatements(
  deps: PolicyDeps,
  place: PackageBucket,
  policy: string,
  signal: AbortSignal,
): Promise<string[]> {
  const gone: string[] = [];
  for (const { name, key } of ownStatements(policy)) {
    try {
      if (!(await hasVersions(deps, place, key, signal))) gone.push(name);
    } catch (error) {
      if (error instanceof AppError) return [];
      throw error;
    }
  }
  return gone;
}

async function hasVersions(
  deps: PolicyDeps,
  place: PackageBucket,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const _version of versionsOfKey(deps.aws, place, key, signal, impatient)) return true;
  return false;
}
