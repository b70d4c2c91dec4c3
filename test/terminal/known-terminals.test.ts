import { describe, expect, it } from 'vitest';
import { defaultSettings, type TerminalSettings } from '../../src/domain/settings.ts';
import type { Answers } from '../../src/terminal/answers.ts';
import { askable, readCapabilities } from '../../src/terminal/capabilities.ts';

type Env = Record<string, string>;
const flags = { color: true, ascii: false };
const auto = defaultSettings.terminal;
const read = (env: Env, settings: Partial<TerminalSettings> = {}, answers: Answers = {}) =>
  readCapabilities(env, flags, { ...auto, ...settings }, answers);

describe('what a terminal is known to do', () => {
  it.each<[Env, boolean, string | undefined]>([
    [{ TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1' }, true, 'osc99'],
    [{ TERM: 'xterm-256color', KITTY_WINDOW_ID: '1' }, true, 'osc99'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, true, 'osc9'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm', WEZTERM_PANE: '0' }, true, 'osc777'],
    [{ TERM: 'xterm-ghostty', TERM_PROGRAM: 'ghostty' }, true, 'osc777'],
    [{ TERM: 'foot' }, true, 'osc777'],
    [{ TERM: 'foot-extra' }, true, 'osc777'],
    [{ TERM: 'rxvt-unicode-256color' }, false, 'osc777'],
    [{ TERM: 'xterm-256color', WT_SESSION: 'a-b' }, true, 'osc9'],
    [{ TERM: 'xterm-256color', VTE_VERSION: '7600' }, true, undefined],
    [{ TERM: 'xterm-256color', VTE_VERSION: '4600' }, false, undefined],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'vscode' }, true, undefined],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, false, undefined],
    [{ TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2', SSH_TTY: '/dev/pts/1' }, true, 'osc9'],
    [{ TERM: 'alacritty' }, true, undefined],
    // A terminal started from another one: what it says of itself wins over what it inherited.
    [{ TERM: 'foot', KITTY_WINDOW_ID: '1' }, true, 'osc777'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal', KITTY_WINDOW_ID: '1' }, false, undefined],
    [{ TERM: 'xterm-256color' }, false, undefined],
    [{ TERM: 'linux' }, false, undefined],
    [{}, false, undefined],
    [
      { TERM: 'tmux-256color', TMUX: '/t,1,0', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.4' },
      true,
      undefined,
    ],
    [
      { TERM: 'tmux-256color', TMUX: '/t,1,0', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.3a' },
      false,
      undefined,
    ],
    [{ TERM: 'tmux-256color', TMUX: '/t,1,0', LC_TERMINAL: 'iTerm2' }, false, 'osc9'],
    [{ TERM: 'screen', STY: '1.x', KITTY_WINDOW_ID: '1' }, false, 'osc99'],
  ])('%j: links %s, notifications %s', (env, hyperlinks, notifications) => {
    expect(read(env)).toMatchObject({ hyperlinks, notifications, synchronizedOutput: true, clipboard: true });
  });

  it.each<[string, boolean, string | undefined]>([
    ['kitty(0.42.1)', true, 'osc99'],
    ['iTerm2 3.5.10', true, 'osc9'],
    ['WezTerm 20240203-110809-5046fc22', true, 'osc777'],
    ['ghostty 1.2.0', true, 'osc777'],
    ['foot(1.16.2)', true, 'osc777'],
    ['VTE(7600)', true, undefined],
    ['xterm.js(5.5.0)', true, undefined],
    ['XTerm(388)', false, undefined],
    ['nobody knows 1', false, undefined],
  ])('one that calls itself %s: links %s, notifications %s', (name, hyperlinks, notifications) => {
    const env = { TERM: 'xterm-256color', SSH_TTY: '/dev/pts/1' };
    expect(read(env, {}, { name })).toMatchObject({ hyperlinks, notifications });
  });

  it('believes the answer before what may be inherited', () => {
    expect(read({ TERM: 'xterm', KITTY_WINDOW_ID: '1' }, {}, { name: 'XTerm(388)' })).toMatchObject({
      hyperlinks: false,
      notifications: undefined,
    });
  });

  it.each([
    ['tmux 3.4', true],
    ['tmux 3.5a', true],
    ['tmux next-3.7', true],
    ['tmux 4.0', true],
    ['tmux 3.3a', false],
    ['tmux', false],
  ])('%s hands links on: %s', (name, hyperlinks) => {
    expect(read({ TERM: 'screen-256color', TMUX: '/t,1,0' }, {}, { name }).hyperlinks).toBe(hyperlinks);
  });

  it('draws without DEC 2026 only where the terminal says that it does not know it', () => {
    expect(read({ TERM: 'xterm' }, {}, { synchronizedOutput: false }).synchronizedOutput).toBe(false);
    expect(read({ TERM: 'xterm' }, {}, { synchronizedOutput: true }).synchronizedOutput).toBe(true);
    expect(read({ TERM: 'xterm' }, {}, { isComplete: true }).synchronizedOutput).toBe(true);
  });
});

describe('settings', () => {
  it('win over the environment and the answers', () => {
    const env = { TERM: 'vt100', LANG: 'C', NO_COLOR: '1' };
    expect(
      read(
        env,
        {
          colors: 'direct',
          unicode: 'on',
          hyperlinks: 'on',
          notifications: 'osc777',
          synchronizedOutput: 'on',
        },
        { name: 'XTerm(388)', synchronizedOutput: false },
      ),
    ).toMatchObject({
      colorDepth: 24,
      unicode: true,
      hyperlinks: true,
      notifications: 'osc777',
      synchronizedOutput: true,
    });
    const kitty = { TERM: 'xterm-kitty', LANG: 'en_US.UTF-8', COLORTERM: 'truecolor' };
    const off = {
      colors: 'none',
      unicode: 'off',
      hyperlinks: 'off',
      notifications: 'off',
      synchronizedOutput: 'off',
      clipboard: 'off',
    } as const;
    expect(read(kitty, off, { name: 'kitty(0.42)', synchronizedOutput: true })).toMatchObject({
      colorDepth: 0,
      unicode: false,
      hyperlinks: false,
      notifications: undefined,
      synchronizedOutput: false,
      clipboard: false,
    });
  });

  it.each([
    ['none', 0],
    ['16', 4],
    ['256', 8],
    ['direct', 24],
    ['auto', 8],
  ] as const)('%s are %d bits of colour', (colors, depth) => {
    expect(read({ TERM: 'xterm-256color' }, { colors }).colorDepth).toBe(depth);
  });

  it('lose to the flags', () => {
    const forced = { ...auto, colors: 'direct', unicode: 'on' } as const;
    expect(readCapabilities({ TERM: 'xterm' }, { color: false, ascii: true }, forced)).toMatchObject({
      colorDepth: 0,
      unicode: false,
    });
  });
});

describe('asking', () => {
  it.each<[Env, { mode: boolean } | undefined]>([
    [{ TERM: 'xterm-256color' }, { mode: true }],
    [{ TERM: 'xterm-kitty', SSH_TTY: '/dev/pts/1' }, { mode: true }],
    [{ TERM: 'tmux-256color', TMUX: '/t,1,0', SSH_TTY: '/dev/pts/1' }, { mode: true }],
    // Terminal.app prints what it does not know, and over SSH nobody says whether it is one.
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal' }, { mode: false }],
    [{ TERM: 'xterm-256color', SSH_CONNECTION: 'a 1 b 2' }, { mode: false }],
    [{ TERM: 'screen', STY: '1.x' }, undefined],
    [{ TERM: 'linux' }, undefined],
    [{ TERM: 'vt100' }, undefined],
    [{ TERM: 'dumb' }, undefined],
    [{}, undefined],
  ])('%j: %j', (env, asked) => {
    expect(askable(env)).toEqual(asked);
  });
});
