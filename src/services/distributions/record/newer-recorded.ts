import { isPackageKey } from '../../../domain/package-layout.ts';
import type { DistributionsDeps } from '../deps.ts';
import { recordedKey } from '../leftovers.ts';
import type { RunContext } from '../run-context.ts';
import { recordBefore } from './record.ts';

/** The package that the record points to, where that is newer than `key`; both by the stamps in their keys. */
export async function newerRecorded(
  deps: DistributionsDeps,
  key: string,
  context: RunContext,
): Promise<string | undefined> {
  const recorded = recordedKey(await recordBefore(deps, context));
  return recorded !== undefined && isPackageKey(recorded) && recorded > key ? recorded : undefined;
}
