import { describe, expect, it } from 'vitest';
import { readCapabilities, requireCursorAddressing } from '../../src/terminal/capabilities.ts';

const wanted = { color: true, ascii: false };
const read = (env: Record<string, string>, flags = wanted) => readCapabilities(env, flags);

describe('capabilities', () => {
  it.each([
    [{ TERM: 'xterm-256color' }, 8],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 24],
    [{ TERM: 'xterm' }, 4],
    [{ TERM: 'vt100' }, 0],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 0],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, 8],
  ])('%j has %d bits of colour', (env, depth) => {
    expect(read(env as Record<string, string>).colorDepth).toBe(depth);
  });

  it('has no colour where the command line says so', () => {
    expect(
      read({ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, { ...wanted, color: false }).colorDepth,
    ).toBe(0);
  });

  it.each([
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'C', LC_CTYPE: 'de_DE.UTF-8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: '' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, false],
    [{}, false],
  ])('%j: unicode %s', (env, unicode) => {
    expect(read(env as Record<string, string>).unicode).toBe(unicode);
    expect(read(env as Record<string, string>, { ...wanted, ascii: true }).unicode).toBe(false);
  });

  it('knows SSH, tmux and screen', () => {
    expect(read({ SSH_TTY: '/dev/pts/1', TMUX: '/tmp/x,1,0' })).toMatchObject({
      ssh: true,
      multiplexer: 'tmux',
    });
    expect(read({ STY: '1.pts-0.host' })).toMatchObject({ ssh: false, multiplexer: 'screen' });
    expect(read({}).multiplexer).toBeUndefined();
  });

  it('refuses a terminal that cannot place a cursor, naming it and a way out', () => {
    expect(() => requireCursorAddressing({ TERM: 'dumb' })).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining('TERM=dumb') }),
    );
    expect(() => requireCursorAddressing({})).toThrow();
    expect(() => requireCursorAddressing({ TERM: 'xterm' })).not.toThrow();
  });
});
