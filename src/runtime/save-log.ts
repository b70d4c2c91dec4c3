import type { ActionDeps } from './action-deps.ts';
import type { Ending } from './actions-under-way.ts';
import { askToReplace } from './ask-to-replace.ts';
import { savedLines } from './log-actions.ts';
import type { LogModel } from './log-models.ts';

/** Saves all lines held; asks before a file is replaced, and says what the file lacks. */
export async function saveLog(
  deps: Pick<ActionDeps, 'files' | 'dispatch'>,
  log: LogModel,
  asked: { path: string; overwrite: boolean },
  signal: AbortSignal,
): Promise<Ending> {
  const { path, overwrite } = asked;
  const total = log.count - log.first;
  const progress = (lines: number) => {
    const percent = total === 0 ? 100 : Math.floor((100 * Math.min(lines, total)) / total);
    deps.dispatch({ type: 'noticed', text: `Saving the log: ${percent} %` });
  };
  const saved = await deps.files.save(path, savedLines(log), { overwrite, progress }, signal);
  if (saved === 'exists') {
    askToReplace(deps, path, { effect: 'save-log', path, overwrite: true });
    return undefined;
  }
  const lines = `${(log.count - log.first).toLocaleString('en')} lines`;
  const missing =
    log.dropped > 0
      ? `; the oldest ${log.dropped.toLocaleString('en')} were no longer held`
      : log.origin === undefined
        ? '; older ones were not read yet'
        : '';
  return { tone: missing === '' ? 'good' : 'info', text: `Saved ${lines} to ${saved.path}${missing}.` };
}
