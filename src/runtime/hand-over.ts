import type { ActionDeps } from './actions.ts';

type Deps = Pick<ActionDeps, 'terminal' | 'dispatch' | 'openUrl'>;

/** Sends a text to the clipboard. Terminals do not say whether they took it, so neither do we. */
export function copy(deps: Deps, text: string, what: string): void {
  const isSent = deps.terminal.copy(text);
  const said = isSent
    ? `${what} was sent to the clipboard.`
    : `${what} is too long for the clipboard of this terminal.`;
  deps.dispatch({ type: 'said', tone: isSent ? 'good' : 'warn', text: said });
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
