import type { DistributionOptions, DistributionStep } from '../../domain/distribution.ts';
import type { DistributionsDeps } from './deps.ts';
import type { RunJournal } from './journal.ts';
import type { RecordBefore } from './record/record.ts';
import { type RunContext, stepIn } from './run-context.ts';
import type { UploadTrace } from './upload/upload-trace.ts';
import type { WorkFolder } from './work-folder.ts';

/** Everything one run has on its hands. */
export type Run = {
  deps: DistributionsDeps;
  options: DistributionOptions;
  context: RunContext;
  bucket: string;
  /** The bucket's. */
  region: string;
  folder: WorkFolder;
  /** It was cut off and goes on. */
  isResumed?: true;
  /** The record when the run began, once it was read. */
  before?: RecordBefore;
  /** What is known of the run on disk; absent before UPLOAD. */
  journal?: RunJournal;
  /** What a clean-up has to take back; empty before UPLOAD, and once the record may point to it. */
  traces: UploadTrace[];
};

/** Runs a step, see {@link stepIn}; where the run has a journal, that tells how far it came. */
export function step<T>(run: Run, name: DistributionStep, work: () => Promise<[T, string]>): Promise<T> {
  return stepIn(run.context, name, async () => {
    await noteInJournal(run, { step: name });
    return work();
  });
}

/** Notes on disk what lies in the bucket now, for the case that this process does not live to finish. */
export async function noteInJournal(run: Run, change: Partial<RunJournal>): Promise<void> {
  if (!run.journal) return;
  run.journal = { ...run.journal, ...change };
  await run.folder.writeJournal(run.journal);
}
