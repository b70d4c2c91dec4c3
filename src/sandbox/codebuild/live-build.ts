import type { PhaseContext } from '../../domain/build.ts';
import type { EndStatus } from './record.ts';

/** Why and how a build was cut short from outside its commands. */
export type Cut = {
  status: Extract<EndStatus, 'STOPPED' | 'TIMED_OUT' | 'FAULT'>;
  contexts: PhaseContext[];
};

/** A build on its way; the first cut counts. */
export type LiveBuild = {
  readonly uuid: string;
  readonly signal: AbortSignal;
  cut(): Cut | undefined;
  cutShort(cut: Cut): void;
};

export function createLiveBuild(uuid: string): LiveBuild {
  const abort = new AbortController();
  let first: Cut | undefined;
  return {
    uuid,
    signal: abort.signal,
    cut: () => first,
    cutShort(cut) {
      first ??= cut;
      abort.abort();
    },
  };
}

export function faultCut(message: string): Cut {
  return { status: 'FAULT', contexts: [{ code: 'INTERNAL_ERROR', message }] };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
