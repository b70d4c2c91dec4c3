import { parseRecord } from '../../../domain/distribution-record.ts';
import { AppError } from '../../../domain/errors.ts';
import { impatient } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { note, type RunContext } from '../run-context.ts';
import { readParameter, readVersion, type StoredRecord } from './parameter.ts';

/** Our write of the record: the version it found, the one it made, and how often it was sent. */
export type Written = { known: number; version: number; tries: number; text: string };

/** Versions looked at for what somebody else wrote between our reading and our writing. */
const mostLookedAt = 3;

/** Says that the record points to ours instead of what somebody recorded while the run was under way. */
export function sayReplaced(deps: DistributionsDeps, present: StoredRecord, context: RunContext): void {
  note(
    context,
    `Another distribution${named(present)} was recorded while this one was being made: the record will point to this one, the other link goes on working. ${wayBack(deps, present.version)}`,
  );
}

/**
 * Says whose record ours was written over, where somebody wrote between our reading and our writing. Parameter Store
 * keeps a hundred versions: those in between are read, since some of them may be ours, sent again after a lost reply.
 */
export async function sayOverwritten(
  deps: DistributionsDeps,
  { known, version, tries, text }: Written,
  context: RunContext,
): Promise<void> {
  const gap = Array.from({ length: version - known - 1 }, (_, index) => version - 1 - index);
  const signal = new AbortController().signal;
  let isAllRead = gap.length <= mostLookedAt;
  for (const one of gap.slice(0, mostLookedAt)) {
    const stored = await readVersion(deps, one, signal, impatient).catch(() => undefined);
    if (stored && stored.text !== text) {
      note(
        context,
        `Another distribution${named(stored)} was recorded in the same moment, and this one was written over it: the record points to this one, the other link goes on working. Tell whoever made it. ${wayBack(deps, one)}`,
      );
      return;
    }
    if (!stored) isAllRead = false;
  }
  if (isAllRead || version <= known + tries) return;
  note(
    context,
    'Somebody else recorded a distribution in the same moment, and this one was written over it: the record points to this one now. ccwb-tui links list shows the newest packages.',
  );
}

/**
 * Whether the record still is what was written: somebody may have written over it at once.
 * @returns what it is now, in words that follow "recorded, but"; undefined where it is ours, or may not be looked at.
 */
export async function overwrittenBy(
  deps: DistributionsDeps,
  { text, version }: Pick<Written, 'text' | 'version'>,
  context: RunContext,
): Promise<string | undefined> {
  let now: StoredRecord | undefined;
  try {
    now = await readParameter(deps, new AbortController().signal, impatient);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    note(context, `Whether the record still points to this one could not be seen: ${error.message}`);
    return undefined;
  }
  if (now?.text === text) return undefined;
  const what = now
    ? `another distribution${named(now)} was recorded right after it`
    : 'somebody deleted the record right after it';
  note(
    context,
    `This distribution was recorded, but ${what}: ${now ? 'ccwb hands that one out' : 'ccwb hands out none'}, while this link works all the same. To have this one handed out, agree with whoever did that, then make it again. ${wayBack(deps, version)}`,
  );
  return what;
}

/** ` (<key>)` of a record's package; empty where it cannot be read. */
function named({ text }: StoredRecord): string {
  try {
    return ` (${parseRecord(text).packageKey})`;
  } catch {
    // Not readable; that it is there is what counts.
    return '';
  }
}

const wayBack = ({ deployment }: DistributionsDeps, version: number) =>
  `Its record is kept: aws ssm get-parameter --with-decryption --name ${deployment.parameterName}:${version}`;
