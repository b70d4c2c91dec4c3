import type { CommandPhase, OnFailure } from './buildspec.ts';

/** A phase that a buildspec can lead to. END stands for FINALIZING, which is not the runner's. */
export type NextPhase = CommandPhase | 'UPLOAD_ARTIFACTS' | 'END';

const after: Record<CommandPhase, { succeeded: NextPhase; failed: NextPhase }> = {
  INSTALL: { succeeded: 'PRE_BUILD', failed: 'END' },
  PRE_BUILD: { succeeded: 'BUILD', failed: 'END' },
  BUILD: { succeeded: 'POST_BUILD', failed: 'POST_BUILD' },
  POST_BUILD: { succeeded: 'UPLOAD_ARTIFACTS', failed: 'UPLOAD_ARTIFACTS' },
};

/**
 * Which phase follows. Known: POST_BUILD runs after a failed BUILD, and artifacts are uploaded after a failed BUILD or
 * POST_BUILD. Assumed, as the user guide has only a picture: a failed INSTALL or PRE_BUILD ends the build at once; an
 * explicit ABORT ends it at once in any phase; CONTINUE goes on, yet the build counts as failed (see
 * CODEBUILD_BUILD_SUCCEEDING), since handing out what a failed phase left would be the worse mistake.
 */
export function nextPhase(
  phase: CommandPhase,
  succeeded: boolean,
  onFailure: OnFailure | undefined,
): NextPhase {
  if (succeeded || onFailure === 'CONTINUE') return after[phase].succeeded;
  return onFailure === 'ABORT' ? 'END' : after[phase].failed;
}
