import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { keycap, keycaps, keyNames } from '../../src/ui/key-names.ts';
import { themeFor } from '../../src/ui/theme.ts';

const none = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
} as Key;

describe('names of keys', () => {
  it('tell keys apart that arrive as one piece', () => {
    expect(keyNames('jjj', none)).toEqual(['j', 'j', 'j']);
    expect(keyNames('j\rq', none)).toEqual(['j', 'enter', 'q']);
    expect(keyNames('a b\t\x7f', none)).toEqual(['a', 'space', 'b', 'tab', 'backspace']);
    expect(keyNames('é漢', none)).toEqual(['é', '漢']);
  });

  it('know the named ones and Ctrl', () => {
    expect(keyNames('', { ...none, upArrow: true })).toEqual(['up']);
    expect(keyNames('\r', { ...none, return: true })).toEqual(['enter']);
    expect(keyNames('c', { ...none, ctrl: true })).toEqual(['ctrl-c']);
    expect(keyNames('\x1a', none)).toEqual(['ctrl-z']);
    expect(keyNames('', { ...none, delete: true })).toEqual(['backspace']);
  });

  it('read esc and a key typed fast as two', () => {
    expect(keyNames('q', { ...none, meta: true })).toEqual(['esc', 'q']);
    expect(keyNames('', { ...none, meta: true, return: true })).toEqual(['esc', 'enter']);
    expect(keyNames('', { ...none, meta: true, escape: true })).toEqual(['esc']);
  });

  it('drop other control characters', () => {
    expect(keyNames('\x00\x1c', none)).toEqual([]);
  });
});

describe('key caps', () => {
  const unicode = themeFor({ colorDepth: 0, unicode: true });
  const ascii = themeFor({ colorDepth: 0, unicode: false });

  it('are drawn as the terminal can', () => {
    expect(keycaps(['up', 'down'], unicode)).toBe('↑↓');
    expect(keycaps(['[', ']'], unicode)).toBe('[ ]');
    expect(keycaps(['enter', 'y'], unicode)).toBe('⏎ y');
    expect(keycaps(['up', 'down'], ascii)).toBe('^v');
    expect(keycap('enter', ascii)).toBe('Enter');
    expect(keycap('ctrl-z', unicode)).toBe('Ctrl-Z');
  });
});
