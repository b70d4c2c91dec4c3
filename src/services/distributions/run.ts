import type { DistributionOptions } from '../../domain/distribution.ts';
import type { DistributionsDeps } from './deps.ts';
import type { RunContext } from './run-context.ts';
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
  /** What a clean-up has to take back; absent before UPLOAD, and once the record may point to it. */
  trace?: UploadTrace;
};
