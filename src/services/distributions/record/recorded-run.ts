import type { Distribution } from '../../../domain/distribution.ts';
import { parseRecord } from '../../../domain/distribution-record.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { RunJournal } from '../journal.ts';
import { recordInLedger } from '../ledger.ts';

/**
 * What a run that was cut off has made, by its journal and the record that points to it. It did not live to note that
 * in the ledger: done here, or its link would be forgotten with the next record.
 * @returns it, and what must be said about the ledger.
 */
export async function settleRecorded(
  deps: DistributionsDeps,
  journal: RunJournal,
  recordedText: string,
): Promise<{ distribution: Distribution; said: string[] }> {
  const { url, expiresAt, checksum, filename } = parseRecord(recordedText);
  const { files, platforms, missing, options } = journal;
  const made = {
    url,
    expiresAt,
    expiryCause: 'asked' as const,
    packageKey: journal.key,
    bucket: journal.bucket,
    checksum,
    filename,
    size: journal.zip.size,
    createdAt: journal.createdAt,
    files,
    ...(platforms ? { platforms } : {}),
    ...(missing ? { missing } : {}),
    builds: journal.builds,
    ...(journal.policySid !== undefined && options.allowedIps ? { allowedIps: options.allowedIps } : {}),
  };
  const said = await recordInLedger(deps, made, new AbortController().signal);
  return { distribution: { ...made, verified: 'Read back by the run that was cut off.' }, said };
}
