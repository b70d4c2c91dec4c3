import type { CommandLine } from '../commands/command-line.ts';
import type { ProgramOptions } from '../starting-state.ts';
import { sourceOf } from './account.ts';

/** The command line, where it asks for the full-screen program. */
export type ProgramLine = CommandLine & { kind: 'program' };

/** What the command line says to the full-screen program. */
export function programOptions({ options, build }: ProgramLine): ProgramOptions {
  return {
    ...options,
    ...(options.sandbox ? { place: 'sandbox' as const } : {}),
    ...(build === undefined ? {} : { buildRef: build }),
    ...sourceOf(options, true),
  };
}
