import { AppError } from '../domain/errors.ts';
import { defaultSettings, type Switch, type TerminalSettings } from '../domain/settings.ts';
import type { Capabilities } from '../domain/terminal.ts';
import type { Answers } from './answers.ts';
import {
  type KnownTerminal,
  terminalOfAnswer,
  terminalOfEnvironment,
  tmuxHasHyperlinks,
} from './known-terminals.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the terminal can do. The flags win over the settings, these over the environment and over what the terminal
 * answered. NO_COLOR as on no-color.org: any value but the empty one, and a settings file wins over it.
 */
export function readCapabilities(
  env: Environment,
  flags: { color: boolean; ascii: boolean },
  settings: TerminalSettings = defaultSettings.terminal,
  answers: Answers = {},
): Capabilities {
  const multiplexer = multiplexerOf(env);
  const terminal =
    (answers.name === undefined ? undefined : terminalOfAnswer(answers.name)) ?? terminalOfEnvironment(env);
  return {
    colorDepth: flags.color ? (forcedDepths[settings.colors] ?? colorDepth(env)) : 0,
    unicode: !flags.ascii && isOn(settings.unicode, isUtf8(env) && env.TERM !== 'linux'),
    ssh: Boolean(env.SSH_CONNECTION || env.SSH_TTY || env.SSH_CLIENT),
    multiplexer,
    hyperlinks: isOn(settings.hyperlinks, hasHyperlinks(env, multiplexer, terminal, answers)),
    notifications:
      settings.notifications === 'off'
        ? undefined
        : settings.notifications === 'auto'
          ? terminal?.notifications
          : settings.notifications,
    synchronizedOutput: isOn(settings.synchronizedOutput, answers.synchronizedOutput !== false),
    clipboard: isOn(settings.clipboard, true),
  };
}

/**
 * What may be asked of the terminal: `mode` where DECRQM is understood or ignored. Undefined where even asking for its
 * name leaves letters on the screen: the Linux console, and what nobody knows.
 */
export function askable(env: Environment): { mode: boolean } | undefined {
  if (!/^(?:xterm|tmux|screen|alacritty|foot|wezterm|contour|rxvt|vte|konsole|mintty)/.test(env.TERM ?? '')) {
    return undefined;
  }
  const multiplexer = multiplexerOf(env);
  const terminal = terminalOfEnvironment(env);
  if (multiplexer === 'screen') return undefined;
  if (multiplexer === 'tmux') return { mode: true };
  // Over SSH nobody says whether it is one that prints the query.
  const isRemote = Boolean(env.SSH_CONNECTION || env.SSH_TTY || env.SSH_CLIENT);
  return { mode: terminal ? !terminal.printsUnknownQueries : !isRemote };
}

/**
 * @param instead the headless command that does what was wanted
 * @throws AppError `usage` for a terminal that cannot place a cursor.
 */
export function requireCursorAddressing(env: Environment, instead = 'ccwb-tui builds'): void {
  if (env.TERM && env.TERM !== 'dumb') return;
  throw new AppError({
    kind: 'usage',
    message: `Sorry, this terminal (${env.TERM ? `TERM=${env.TERM}` : 'TERM is not set'}) cannot show a full-screen program.`,
    hint: `Without one: ${instead}`,
  });
}

function multiplexerOf(env: Environment): Capabilities['multiplexer'] {
  if (env.TMUX) return 'tmux';
  return env.STY || env.TERM?.startsWith('screen') ? 'screen' : undefined;
}

const isOn = (setting: Switch, found: boolean) => (setting === 'auto' ? found : setting === 'on');

const forcedDepths: Partial<Record<TerminalSettings['colors'], Capabilities['colorDepth']>> = {
  none: 0,
  16: 4,
  256: 8,
  direct: 24,
};

function colorDepth(env: Environment): Capabilities['colorDepth'] {
  if (env.NO_COLOR) return 0;
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')) return 24;
  if (/256/.test(env.TERM ?? '')) return 8;
  if (/^vt\d|-mono$/.test(env.TERM ?? '')) return 0;
  return 4;
}

function hasHyperlinks(
  env: Environment,
  multiplexer: Capabilities['multiplexer'],
  terminal: KnownTerminal | undefined,
  answers: Answers,
): boolean {
  if (multiplexer === 'screen') return false;
  if (multiplexer === undefined) return terminal?.hyperlinks ?? false;
  // tmux keeps links to itself unless the terminal outside has them (its `terminal-features`).
  const version = answers.name ?? (env.TERM_PROGRAM === 'tmux' ? env.TERM_PROGRAM_VERSION : undefined);
  return version !== undefined && tmuxHasHyperlinks(version);
}

/** POSIX: LC_ALL wins over LC_CTYPE, which wins over LANG; an empty one counts as unset. */
function isUtf8(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale);
}
