import type { Clock } from '../../domain/clock.ts';
import type { RunBuild } from '../../runner/types.ts';
import type { SandboxAccount } from '../account.ts';
import type { LogStore } from '../logs/types.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { BuildBook } from './build-book.ts';
import type { SandboxProject } from './project.ts';

/** What the parts of CodeBuild work with. */
export type BuildContext = {
  account: SandboxAccount;
  project: SandboxProject;
  clock: Clock;
  book: BuildBook;
  logs: LogStore;
  objects: Pick<ObjectStore, 'get' | 'putFile'>;
  runBuild: RunBuild;
  /** Puts the newest source into the bucket. */
  prepareSource?: (signal: AbortSignal) => Promise<void>;
  /** Folder for the builds that run, one folder each. */
  workDir: string;
};
