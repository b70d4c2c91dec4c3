import { logLines } from '../../components/log-lines.ts';
import { logRule } from '../../components/log-rule.ts';
import type { RegionPainter, Regions } from '../../domain/regions.ts';
import { topOf } from '../../state/reduce-view.ts';
import { selectLogRule } from '../../state/select-log.ts';
import type { Theme } from '../../ui/theme.ts';
import type { AppSource } from '../../ui/use-app-state.ts';

/** The log and the rule above it, drawn from the state and the lines without rendering the screen. */
export function logRegions({ get, logOf }: Pick<AppSource, 'get' | 'logOf'>, theme: Theme): Regions {
  const rule: RegionPainter = ({ columns }) => [logRule({ width: columns, ...selectLogRule(get()) }, theme)];
  const log: RegionPainter = ({ rows, columns }) => {
    const { view, env } = get();
    if (!view) return [];
    const { left, showTime, mark, find } = view.log;
    const lines = {
      width: columns,
      rows,
      log: logOf(view.id),
      // The rows are the frame's: the state may already be one ahead of it.
      top: topOf(view.log, rows),
      left,
      showTime,
      timeZone: env.timeZone,
      mark,
      find,
    };
    return logLines(lines, theme);
  };
  return { rule, log };
}
