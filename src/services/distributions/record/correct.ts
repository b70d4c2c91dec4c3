import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { parseRecord, recordText } from '../../../domain/distribution-record.ts';
import { AppError } from '../../../domain/errors.ts';
import { bestLink, madeAt, newestFirst, type RecordChange } from '../../../domain/links.ts';
import { sanitiseText } from '../../../domain/sanitise.ts';
import type { DistributionsDeps } from '../deps.ts';
import { readParameter, type StoredRecord, writeParameter } from './parameter.ts';

/** How often it is tried when somebody else writes in between. */
const mostTries = 3;

/**
 * Has the record point elsewhere where it points to a package that is going away: to the newest other one with a link
 * that works, else nowhere; ccwb reads a missing parameter as "nothing was distributed yet".
 * Parameter Store cannot compare and swap: it is read again right before it is written, and what somebody else recorded
 * meanwhile stays.
 * @returns what became of it; a refusal is an answer, no error.
 */
export async function correctRecord(
  deps: DistributionsDeps,
  gone: string,
  others: readonly PackageEntry[],
  signal: AbortSignal,
): Promise<RecordChange> {
  let isKnown = false;
  try {
    let stored = await readParameter(deps, signal);
    isKnown = true;
    for (let tries = 0; tries < mostTries; tries += 1) {
      if (!stored || !pointsTo(stored, gone)) return { kind: 'untouched' };
      const next = successor(others, gone, deps.clock.now());
      const justBefore = await readParameter(deps, signal);
      // A parameter that was deleted and written anew counts its versions from 1 again.
      if (justBefore?.version !== stored.version || justBefore.text !== stored.text) {
        stored = justBefore;
        continue;
      }
      if (!next) {
        await deleteParameter(deps, signal);
        return { kind: 'deleted' };
      }
      await writeParameter(deps, next.text, signal);
      return { kind: 'moved', key: next.key };
    }
    return { kind: 'wrong', why: 'Somebody else writes the record again and again.' };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) return { kind: isKnown ? 'wrong' : 'unread', why: error.message };
    throw error;
  }
}

function pointsTo({ text }: StoredRecord, key: string): boolean {
  try {
    return parseRecord(text).packageKey === sanitiseText(key);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** The record of the newest package whose link works and is known whole. */
function successor(
  list: readonly PackageEntry[],
  gone: string,
  now: number,
): { key: string; text: string } | undefined {
  const candidates = list
    .filter(({ key, state }) => key !== gone && (state === 'valid' || state === 'expiring'))
    .sort(newestFirst);
  for (const entry of candidates) {
    const { key, filename, checksum, links = [] } = entry;
    const best = bestLink(links);
    if (!best || best.expiresAt <= now || checksum === undefined) continue;
    const text = recordText({
      url: best.url,
      expiresAt: best.expiresAt,
      packageKey: key,
      checksum,
      filename,
      createdAt: madeAt(entry),
    });
    return { key, text };
  }
  return undefined;
}

async function deleteParameter(deps: DistributionsDeps, signal: AbortSignal): Promise<void> {
  const { parameterName, region } = deps.deployment;
  try {
    await deps.aws.call(
      { doing: `Deleting the parameter ${parameterName}`, action: 'ssm:DeleteParameter' },
      signal,
      async (abortSignal) =>
        (await deps.aws.ssm(region)).send(new DeleteParameterCommand({ Name: parameterName }), {
          abortSignal,
        }),
    );
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'not-found') throw error;
  }
}
