import type { Project } from '../build.ts';

export interface SourceService {
  /** What lies at the project's source location: for the question before a build. Undefined where nothing does. */
  describe(project: Project, signal: AbortSignal): Promise<{ modifiedAt: number; size: number } | undefined>;
}
