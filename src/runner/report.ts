import type { BuildStatus, PhaseContext } from '../domain/build.ts';
import type { Clock } from '../domain/clock.ts';
import { containerLine } from './container-line.ts';
import type { EmitRunEvent } from './types.ts';

/** What a run says: log lines, CodeBuild's own lines, phases. Each awaits the sink. */
export type Report = {
  lines(lines: string[]): Promise<void>;
  /** `[Container] …`; a text of several lines goes on without the prefix. */
  container(text: string): Promise<void>;
  startPhase(phase: string): Promise<void>;
  endPhase(phase: string, status: BuildStatus, contexts: PhaseContext[]): Promise<void>;
  /** The phase that has not ended yet. */
  openPhase(): string | undefined;
};

export function createReport(emit: EmitRunEvent, clock: Clock): Report {
  const lines = async (texts: string[]): Promise<void> => {
    await emit({ kind: 'log', at: clock.now(), lines: texts });
  };
  const container = (text: string): Promise<void> => lines(containerLine(clock.now(), text).split('\n'));
  // The caller started this one.
  let open: string | undefined = 'DOWNLOAD_SOURCE';
  return {
    lines,
    container,
    openPhase: () => open,
    async startPhase(phase) {
      open = phase;
      await emit({ kind: 'phase-started', at: clock.now(), phase });
    },
    async endPhase(phase, status, contexts) {
      await container(`Phase complete: ${phase} State: ${status}`);
      const shown = contexts.length === 0 ? [{ code: '', message: '' }] : contexts;
      for (const { code, message } of shown) {
        await container(`Phase context status code: ${code} Message: ${message}`);
      }
      open = undefined;
      await emit({ kind: 'phase-ended', at: clock.now(), phase, status, contexts });
    },
  };
}
