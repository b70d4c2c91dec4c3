import { createLogLines, type LogTime } from '../../components/log-lines.ts';
import { logRule } from '../../components/log-rule.ts';
import { windowAt } from '../../domain/log-window.ts';
import type { RegionPainter, Regions } from '../../domain/regions.ts';
import { logWindow, logWindowOf, textWidth } from '../../state/log-window.ts';
import { selectLogRule } from '../../state/select-log.ts';
import type { State } from '../../state/state.ts';
import type { Theme } from '../../ui/theme.ts';
import type { AppSource } from '../../ui/use-app-state.ts';

/** The log and the rule above it, drawn from the state and the lines without rendering the screen. */
export function logRegions({ get, logOf }: Pick<AppSource, 'get' | 'logOf'>, theme: Theme): Regions {
  const logLines = createLogLines(theme);
  const rule: RegionPainter = ({ columns }) => {
    const state = get();
    const log = logOf(state.view?.id ?? '');
    // Of a log that is followed the rule does not tell how far down this is.
    const window = log && state.view?.log.follow === false ? logWindowOf(state, log) : undefined;
    const last = window && windowAt(window.source, window.top, window.height).at(-1)?.line;
    return [logRule({ width: columns, ...selectLogRule(state, last) }, theme)];
  };
  const log: RegionPainter = (size) => {
    const state = get();
    const { view } = state;
    const model = logOf(view?.id ?? '');
    if (!view || !model) return [];
    // The rows are the frame's: the state may already be one ahead of it.
    const { source, top, height } = logWindow(view, model, size);
    const { left, wrap, context, mark } = view.log;
    return logLines({
      textWidth: textWidth(view.log, size.columns),
      log: model,
      places: windowAt(source, top, height),
      left,
      wrap,
      context,
      time: timeOf(state),
      mark,
    });
  };
  return { rule, log };
}

function timeOf({ view, env }: State): LogTime {
  switch (view?.log.time) {
    case 'off':
      return { kind: 'off' };
    case 'utc':
      return { kind: 'clock', timeZone: 'UTC' };
    case 'since':
      return { kind: 'since', start: view.build?.startedAt ?? 0 };
    default:
      return { kind: 'clock', timeZone: env.timeZone };
  }
}
