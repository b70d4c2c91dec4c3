import { AppError } from '../domain/errors.ts';
import type { Capabilities } from '../domain/terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the terminal can do, from the environment and the flags.
 * NO_COLOR as on no-color.org: any value but the empty one.
 */
export function readCapabilities(env: Environment, flags: { color: boolean; ascii: boolean }): Capabilities {
  return {
    colorDepth: colorDepth(env, flags.color),
    unicode: !flags.ascii && isUtf8(env) && env.TERM !== 'linux',
    ssh: Boolean(env.SSH_CONNECTION || env.SSH_TTY || env.SSH_CLIENT),
    multiplexer: env.TMUX ? 'tmux' : env.STY || env.TERM?.startsWith('screen') ? 'screen' : undefined,
  };
}

/** @throws AppError `usage` for a terminal that cannot place a cursor. */
export function requireCursorAddressing(env: Environment): void {
  if (env.TERM && env.TERM !== 'dumb') return;
  throw new AppError({
    kind: 'usage',
    message: `This terminal (TERM=${env.TERM ?? ''}) cannot show a full-screen program.`,
    hint: 'Use the headless commands, for example: ccwb-tui builds',
  });
}

function colorDepth(env: Environment, wanted: boolean): Capabilities['colorDepth'] {
  if (!wanted || env.NO_COLOR) return 0;
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')) return 24;
  if (/256/.test(env.TERM ?? '')) return 8;
  if (/^vt\d|-mono$/.test(env.TERM ?? '')) return 0;
  return 4;
}

/** POSIX: LC_ALL wins over LC_CTYPE, which wins over LANG; an empty one counts as unset. */
function isUtf8(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale);
}
