import type { Build, BuildStatus } from '../domain/build.ts';
import { shortId } from '../domain/build-id.ts';
import { statusWord } from '../domain/status-words.ts';
import { shortProject } from './select-builds.ts';

/** What the window's title and the desktop are told of a build that has ended. */
export type Ending = { title: string; heading: string; body: string };

const signs: Record<BuildStatus, readonly [unicode: string, ascii: string]> = {
  IN_PROGRESS: ['◐', 'o'],
  SUCCEEDED: ['✓', '+'],
  FAILED: ['✗', 'x'],
  FAULT: ['✗', 'x'],
  TIMED_OUT: ['✗', 'x'],
  STOPPED: ['■', '#'],
  UNKNOWN: ['?', '?'],
};

/** `✓ windows 9f3c1a2b – ccwb-tui`, in ASCII `+ windows 9f3c1a2b - ccwb-tui`. */
export function selectEnding(build: Build, unicode: boolean): Ending {
  const [sign, ascii] = signs[build.status];
  const name = `${shortProject(build)} ${shortId(build)}`;
  return {
    title: `${unicode ? sign : ascii} ${name} ${unicode ? '–' : '-'} ccwb-tui`,
    heading: 'ccwb-tui',
    body: `${name}: ${statusWord(build.status)}`,
  };
}
