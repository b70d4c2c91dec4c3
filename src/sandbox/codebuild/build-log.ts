import type { PhaseContext } from '../../domain/build.ts';
import { containerLine } from '../../runner/container-line.ts';
import type { BuildContext } from './context.ts';
import { faultCut, type LiveBuild, messageOf } from './live-build.ts';
import type { EndStatus } from './record.ts';

/** The log of one build. Writing never rejects: a log that cannot be kept cuts the build short instead. */
export type BuildLog = {
  /** Awaited by whoever writes much, it holds the writer back while the disk is behind. */
  lines(at: number, lines: readonly string[]): Promise<void>;
  /** CodeBuild's own lines at the end of a phase. */
  phaseEnd(phase: string, status: EndStatus, contexts: readonly PhaseContext[]): Promise<void>;
  /** One of CodeBuild's own lines. */
  container(text: string): Promise<void>;
  /** Resolves once all of it is on disk. */
  settle(): Promise<void>;
  /** Whether some of it could not be written. */
  failed(): boolean;
};

export function createBuildLog(
  { logs, clock }: Pick<BuildContext, 'logs' | 'clock'>,
  { group, stream }: { group: string; stream: string },
  live: LiveBuild,
): BuildLog {
  let failed = false;
  const guarded = async (work: () => void | Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failed = true;
      live.cutShort(faultCut(`The log could not be written: ${messageOf(error)}`));
    }
  };
  const lines: BuildLog['lines'] = (at, texts) =>
    guarded(() =>
      logs.append(
        group,
        stream,
        texts.map((text) => ({ timestamp: at, message: `${text}\n` })),
      ),
    );
  const container = (text: string): Promise<void> => lines(clock.now(), [containerLine(clock.now(), text)]);
  return {
    lines,
    container,
    async phaseEnd(phase, status, contexts) {
      await container(`Phase complete: ${phase} State: ${status}`);
      for (const { code, message } of contexts) {
        await container(`Phase context status code: ${code} Message: ${message}`);
      }
    },
    settle: () => guarded(() => logs.settle(group, stream)),
    failed: () => failed,
  };
}
