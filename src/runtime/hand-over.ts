import type { ActionDeps } from './action-deps.ts';

type Deps = Pick<ActionDeps, 'terminal' | 'dispatch' | 'openUrl'>;

/**
 * Sends a text to the clipboard. Terminals do not say whether they took it, so neither do we; one that is not sent is
 * shown, to be taken by hand.
 */
export function copy(deps: Deps, text: string, what: string): void {
  if (deps.terminal.copy(text)) {
    deps.dispatch({ type: 'said', tone: 'good', text: `${what} was sent to the clipboard.` });
    return;
  }
  const why = deps.terminal.capabilities.clipboard
    ? 'is too long for the clipboard of this terminal'
    : 'is not sent to the clipboard: the settings switch it off';
  deps.dispatch({ type: 'said', tone: 'warn', text: `${what} ${why}.` });
  deps.dispatch({
    type: 'overlay',
    overlay: { kind: 'sheet', title: what, lines: text.trimEnd().split('\n'), raw: text },
  });
}

/** Copies and shows the link; a browser is only started where there can be one. */
export function openUrl(deps: Deps, url: string): void {
  const isSent = deps.terminal.copy(url);
  const starts = deps.openUrl !== undefined && !deps.terminal.capabilities.ssh;
  if (starts) deps.openUrl?.(url);
  const lines = [
    url,
    '',
    ...(starts ? ['The browser was asked to open it.'] : []),
    ...(isSent ? ['It was sent to the clipboard.'] : []),
  ];
  deps.dispatch({ type: 'overlay', overlay: { kind: 'sheet', title: 'AWS console', lines, raw: url } });
}
