import type { NotificationKind } from '../domain/terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is known of a kind of terminal, whoever it is that told us its name. */
export type KnownTerminal = {
  hyperlinks: boolean;
  notifications: NotificationKind | undefined;
  /** It prints the `p` of a DECRQM (`CSI ? 2026 $ p`) instead of ignoring what it does not know. */
  printsUnknownQueries?: true;
};

/**
 * Sources: the terminals' manuals (iTerm2 "Escape Codes", kitty "Desktop notifications", WezTerm "Escape Sequences",
 * foot-ctlseqs(7), Ghostty "VT reference", Windows Terminal's OSC 9 of its notifications), the list of OSC 8 in
 * terminals (Alhadis/OSC8-Adoption), tmux CHANGES (hyperlinks from 3.4 on). VTE has OSC 8 from 0.50 on and OSC 777 only
 * as some distributions patch it. Terminal.app prints queries (vim issue 19852).
 */
const known = {
  kitty: { hyperlinks: true, notifications: 'osc99' },
  iterm: { hyperlinks: true, notifications: 'osc9' },
  wezterm: { hyperlinks: true, notifications: 'osc777' },
  ghostty: { hyperlinks: true, notifications: 'osc777' },
  foot: { hyperlinks: true, notifications: 'osc777' },
  contour: { hyperlinks: true, notifications: 'osc777' },
  urxvt: { hyperlinks: false, notifications: 'osc777' },
  windowsTerminal: { hyperlinks: true, notifications: 'osc9' },
  vte: { hyperlinks: true, notifications: undefined },
  vscode: { hyperlinks: true, notifications: undefined },
  alacritty: { hyperlinks: true, notifications: undefined },
  konsole: { hyperlinks: true, notifications: undefined },
  mintty: { hyperlinks: true, notifications: undefined },
  xterm: { hyperlinks: false, notifications: undefined },
  apple: { hyperlinks: false, notifications: undefined, printsUnknownQueries: true },
} satisfies Record<string, KnownTerminal>;

/** Variables that terminals set, the surest first: a terminal started from another one inherits that one's. */
const byVariable: readonly (readonly [name: string, value: RegExp, terminal: KnownTerminal])[] = [
  ['TERM', /^xterm-kitty$/, known.kitty],
  ['TERM', /^xterm-ghostty$/, known.ghostty],
  ['TERM', /^foot/, known.foot],
  ['TERM', /^alacritty/, known.alacritty],
  ['TERM', /^wezterm$/, known.wezterm],
  ['TERM', /^contour/, known.contour],
  ['TERM', /^rxvt-unicode/, known.urxvt],
  ['TERM_PROGRAM', /^iTerm\.app$/, known.iterm],
  ['TERM_PROGRAM', /^WezTerm$/, known.wezterm],
  ['TERM_PROGRAM', /^ghostty$/i, known.ghostty],
  ['TERM_PROGRAM', /^vscode$/, known.vscode],
  ['TERM_PROGRAM', /^mintty$/, known.mintty],
  ['TERM_PROGRAM', /^Apple_Terminal$/, known.apple],
  ['KITTY_WINDOW_ID', /./, known.kitty],
  ['WEZTERM_PANE', /./, known.wezterm],
  ['ALACRITTY_WINDOW_ID', /./, known.alacritty],
  ['KONSOLE_VERSION', /./, known.konsole],
  ['WT_SESSION', /./, known.windowsTerminal],
  // ssh hands it on where it is told to (`SendEnv LC_*`), unlike TERM_PROGRAM.
  ['LC_TERMINAL', /^iTerm2$/, known.iterm],
  ['VTE_VERSION', /^(?:[5-9]\d{3}|\d{5,})$/, known.vte],
];

/** Names in answers to XTVERSION (`CSI > 0 q`), as the terminals' sources have them. */
const byAnswer: readonly (readonly [name: RegExp, terminal: KnownTerminal])[] = [
  [/^kitty\b/i, known.kitty],
  [/^iTerm2\b/i, known.iterm],
  [/^WezTerm\b/i, known.wezterm],
  [/^ghostty\b/i, known.ghostty],
  [/^foot\b/i, known.foot],
  [/^contour\b/i, known.contour],
  [/^rxvt-unicode\b/i, known.urxvt],
  [/^VTE\b/i, known.vte],
  [/^xterm\.js\b/i, known.vscode],
  [/^alacritty\b/i, known.alacritty],
  [/^Konsole\b/i, known.konsole],
  [/^mintty\b/i, known.mintty],
  [/^XTerm\(/, known.xterm],
];

/** The terminal that its variables speak of; inside tmux and screen they may be those of an earlier one. */
export function terminalOfEnvironment(env: Environment): KnownTerminal | undefined {
  return byVariable.find(([name, value]) => value.test(env[name] ?? ''))?.[2];
}

/** The terminal that calls itself so. */
export function terminalOfAnswer(name: string): KnownTerminal | undefined {
  return byAnswer.find(([pattern]) => pattern.test(name))?.[1];
}

/** Whether the tmux that calls itself so (`tmux 3.4`, `3.5a`, `next-3.6`) hands hyperlinks on. */
export function tmuxHasHyperlinks(version: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 4);
}
