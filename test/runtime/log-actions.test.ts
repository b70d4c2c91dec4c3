import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { compileQuery } from '../../src/domain/log-query.ts';
import { logRows } from '../../src/state/layout.ts';
import { type OpenedLog, openLog } from '../support/opened-log.ts';

const top = (open: OpenedLog) => open.shown()[0];

describe('the window on a log', () => {
  it('follows its end', () => {
    const open = openLog({ lines: 100 });
    expect(logRows(open.get())).toBe(18);
    expect(top(open)).toBe(82);
    open.arrive(20);
    expect(top(open)).toBe(102);
  });

  it('stands at the beginning while the log is shorter than the window', () => {
    expect(openLog({ lines: 3 }).shown()).toEqual([0, 1, 2]);
  });

  it('pauses when one scrolls up, and moves no more', () => {
    const open = openLog({ lines: 100 });
    open.keys('up', 'k');
    expect(top(open)).toBe(80);
    open.arrive(46);
    expect(top(open)).toBe(80);
    expect(open.view()).toMatchObject({ follow: false, countAtPause: 100 });
  });

  it('follows again with f, G or End, and by reaching the end', () => {
    for (const keys of [['f'], ['G'], ['end'], ['down', 'down'], ['pagedown']]) {
      const open = openLog({ lines: 100 });
      open.keys('up', 'up', ...keys);
      open.arrive(20);
      expect(top(open), keys.join()).toBe(102);
    }
    const short = openLog({ lines: 100 });
    short.keys('up', 'up', 'down');
    expect(short.view().follow).toBe(false);
  });

  it('is not paused by scrolling down at the end', () => {
    const open = openLog({ lines: 100 });
    open.keys('down', 'pagedown');
    expect(open.view().follow).toBe(true);
  });

  it('goes to the beginning with g, by pages, never before the first line', () => {
    const open = openLog({ lines: 100 });
    open.keys('pageup');
    expect(top(open)).toBe(65);
    open.keys('g', 'up');
    expect(top(open)).toBe(0);
    open.keys('pagedown');
    expect(top(open)).toBe(17);
    open.keys('pageup', 'pageup');
    expect(top(open)).toBe(0);
  });

  it('scrolls sideways and back, never left of the first column, and not where lines are wrapped', () => {
    const open = openLog({ lines: 100 });
    open.keys('right', 'right');
    expect(open.view().left).toBe(40);
    open.keys('left', 'left', 'left');
    expect(open.view().left).toBe(0);
    open.keys('right', 'w');
    expect(open.view()).toMatchObject({ left: 0, wrap: true });
    open.keys('right');
    expect(open.view().left).toBe(0);
    expect(open.said()).toContain('w cuts them again');
  });

  it('wraps long lines over rows of their own', () => {
    const open = openLog({ lines: ['short', 'x'.repeat(200), ...Array.from({ length: 30 }, () => 'y')] });
    open.keys('g', 'w');
    // 80 columns less the time, the sign and the last one: 68; 200 letters take three rows.
    expect(open.shown().slice(0, 6)).toEqual([0, 1, 1, 1, 2, 3]);
    open.keys('j', 'j');
    expect(open.shown().slice(0, 3)).toEqual([1, 1, 2]);
    expect(open.view()).toMatchObject({ top: 1, topRow: 1 });
  });

  it('turns through the time columns', () => {
    const open = openLog({ lines: 1 });
    const seen = Array.from({ length: 4 }, () => {
      open.keys('t');
      return open.view().time;
    });
    // The zone of the tests is UTC: its clock is not shown twice.
    expect(seen).toEqual(['since', 'off', 'clock', 'since']);
  });
});

describe('jumping', () => {
  it('shows errors and phases a third down the window; from the end, the next error is the first one', () => {
    const lines = Array.from({ length: 100 }, (_, at) =>
      at === 10 || at === 60 ? 'error: no' : `line ${at}`,
    );
    const open = openLog({ lines });
    open.keys('e');
    expect(open.view()).toMatchObject({ mark: 10, follow: false, top: 4 });
    open.keys('e');
    expect(open.view().mark).toBe(60);
    open.keys('e');
    expect(open.said()).toBe('No error line further down.');
    open.keys('E');
    expect(open.view().mark).toBe(10);
    open.keys('[');
    expect(open.said()).toBe('No phase begins further up.');
  });

  it('goes first to the line that explains the build, later ones from error to error', () => {
    const lines = Array.from({ length: 100 }, (_, at) =>
      at === 10 || at === 60 ? 'error: no' : `line ${at}`,
    );
    const known = (line?: number) => {
      const open = openLog({ lines });
      const diagnosis = {
        id: 'x',
        cause: 'c',
        fix: 'f',
        source: 's',
        ...(line === undefined ? {} : { line }),
      };
      open.hear({ type: 'diagnosed', id: open.get().view?.id ?? '', diagnosis });
      open.keys('e');
      return open;
    };
    const open = known(40);
    expect(open.view()).toMatchObject({ mark: 40, follow: false });
    open.keys('e');
    expect(open.view().mark).toBe(60);
    // No line is known, or it was dropped.
    expect(known().view().mark).toBe(10);
    expect(known(-1).view().mark).toBe(10);
  });

  it('goes to a line by its number, and says which there are', () => {
    const open = openLog({ lines: 100 });
    open.keys(':', '5', '0', 'enter');
    expect(open.view()).toMatchObject({ mark: 49, top: 43 });
    open.keys(':', '9', '9', '9', 'enter');
    expect(open.said()).toBe('There is no line 999: lines 1 to 100 are held.');
    open.keys(':', '$', 'enter');
    expect(open.view().follow).toBe(true);
  });

  it('takes the names of keys as commands', () => {
    const open = openLog({ lines: 100 });
    open.keys(':', ...'wrap', 'enter');
    expect(open.view().wrap).toBe(true);
    open.keys(':', ...'nonsense', 'enter');
    expect(open.said()).toContain('no command nonsense');
    open.keys(':', 's', 'enter');
    expect(open.said()).toContain('s may mean');
  });

  it('sets marks and goes back to them, and back from there', () => {
    const open = openLog({ lines: 100 });
    open.keys('g', 'pagedown', 'm', 'a');
    expect(open.view().marks).toEqual({ a: 17 });
    open.keys('G', "'", 'a');
    expect(open.view()).toMatchObject({ mark: 17, follow: false });
    open.keys("'", "'");
    expect(open.view().follow).toBe(true);
    open.keys("'", 'z');
    expect(open.said()).toBe('There is no mark z: m sets one.');
    open.keys('m', '1');
    expect(open.said()).toBe('Marks are named by letters.');
    expect(open.get().overlay).toBeUndefined();
  });

  it('goes from hit to hit, round the ends, and says so', () => {
    const open = openLog({ lines: 100 });
    open.hear({ type: 'log-find', text: 'line 5$' });
    open.hear({ type: 'log-find-ended', accepted: true });
    open.log.look('find', compileQuery('line [57]5$'));
    open.keys('g', 'n');
    expect(open.view().mark).toBe(55);
    open.keys('n');
    expect(open.view().mark).toBe(75);
    open.keys('n');
    expect(open.view().mark).toBe(55);
    expect(open.said()).toBe('Went on from the beginning of the log.');
    open.keys('N');
    expect(open.view().mark).toBe(75);
  });
});

describe('lines left by a filter', () => {
  it('stand alone, with lines around them, and go back to the same line', () => {
    const open = openLog({ lines: 100 });
    open.keys('g', 'pagedown');
    open.hear({ type: 'log-filter', text: '[38]0$' });
    open.log.look('filter', compileQuery('[38]0$'));
    expect(open.shown()).toEqual([30, 80]);
    open.keys('+');
    expect(open.shown()).toEqual([29, 30, 31, 79, 80, 81]);
    open.keys('-', '-');
    expect(open.view().context).toBe(0);
    open.hear({ type: 'log-filter', text: '' });
    open.log.look('filter', undefined);
    expect(top(open)).toBe(17);
  });
});

describe('esc in a log', () => {
  it('ends the filter, then the search, and only then leaves', () => {
    const open = openLog({ lines: 10 });
    open.hear({ type: 'log-find', text: 'a' });
    open.hear({ type: 'log-filter', text: 'b' });
    open.keys('esc');
    expect(open.view()).toMatchObject({ filter: '', find: 'a' });
    open.keys('esc');
    expect(open.view().find).toBe('');
    expect(open.get().route.screen).toBe('build');
    open.keys('esc');
    expect(open.get().route.screen).toBe('builds');
  });
});

describe('taking lines away', () => {
  it('copies the line, a range of lines, all hits, and the id of the build', () => {
    const open = openLog({
      lines: ['\x1b[31mred\x1b[0m', ...Array.from({ length: 99 }, (_, at) => `line ${at + 1}`)],
    });
    open.keys('g', 'y', 'y');
    expect(open.terminal.copied).toEqual(['red']);
    expect(open.said()).toBe('The line was sent to the clipboard.');
    open.keys('y', 'r');
    expect(open.said()).toBe('No line is marked: m marks one.');
    open.keys('esc', 'm', 'a', 'j', 'j', 'y', 'r');
    expect(open.terminal.copied.at(-1)).toBe('red\nline 1\nline 2');
    open.keys('y', 'h');
    expect(open.said()).toBe('Nothing is looked for: / finds a text.');
    open.hear({ type: 'log-find', text: '[12]0$' });
    open.log.look('find', compileQuery('[12]0$'))?.search.step(() => true);
    open.keys('h');
    expect(open.terminal.copied.at(-1)).toBe('line 10\nline 20');
    open.keys('y', 'i');
    expect(open.terminal.copied.at(-1)).toBe(open.get().view?.id);
  });

  it('shows the lines raw, up to those on screen', async () => {
    const open = openLog({ lines: 30 });
    open.keys('g', 'u');
    await turn();
    expect(open.terminal.shownRaw[0]).toContain('\nline 0\nline 1\n');
    expect(open.terminal.shownRaw[0]).not.toContain('line 18');
  });

  it('saves the log, asks before a file is replaced, and says where', async () => {
    const open = openLog({ lines: 3 });
    open.keys('S');
    expect(open.get().overlay).toMatchObject({
      purpose: 'save',
      text: 'claude-code-auth-windows-build-9f3c1a2b.log',
    });
    open.keys('ctrl-u', ...'a.log', 'enter');
    await turn();
    expect(open.saved).toEqual([{ path: 'a.log', text: 'line 0\nline 1\nline 2\n', overwrite: false }]);
    expect(open.said()).toBe('Saved 3 lines to a.log.');
    open.keys('S', 'ctrl-u', ...'a.log', 'enter');
    await turn();
    expect(open.get().overlay).toMatchObject({ kind: 'question', default: 'no' });
    open.keys('enter');
    expect(open.saved).toHaveLength(1);
    open.keys('S', 'ctrl-u', ...'a.log', 'enter');
    await turn();
    open.keys('y');
    await turn();
    expect(open.saved).toHaveLength(2);
  });
});
