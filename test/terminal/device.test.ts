import { describe, expect, it } from 'vitest';
import { openTerminal, type TerminalHost } from '../../src/terminal/open-terminal.ts';
import { enterProgram, leaveProgram } from '../../src/terminal/sequences.ts';

/** A terminal whose reader can be stopped, and that remembers what it was sent. */
function fakeHost(multiplexer?: 'tmux') {
  const state = {
    sent: '',
    isReading: true,
    room: Number.POSITIVE_INFINITY,
    modes: [] as boolean[],
    lost: 0,
  };
  let onData: (chunk: Buffer) => void = () => {};
  let onEnd = () => {};
  let onStop = () => {};
  let onWindow = () => {};
  let onContinue = () => {};
  let goOn = () => {};
  const size = { columns: 20, rows: 3 };
  const host: TerminalHost = {
    capabilities: {
      colorDepth: 8,
      unicode: true,
      ssh: false,
      multiplexer,
      hyperlinks: false,
      notifications: undefined,
      synchronizedOutput: true,
      clipboard: true,
    },
    size: () => size,
    stdin: {
      setRawMode: (on) => state.modes.push(on),
      on: (event: string, listener: (...args: never[]) => void) => {
        if (event === 'data') onData = listener as typeof onData;
        if (event === 'end') onEnd = listener as typeof onEnd;
      },
      off: () => {
        onData = () => {};
      },
      resume: () => {},
      pause: () => {},
    },
    sink: {
      write(bytes) {
        if (!state.isReading) return 0;
        const part = Buffer.from(bytes).subarray(0, state.room);
        state.sent += part.toString('latin1');
        return part.length;
      },
      close: () => {},
    },
    onWindowChange: (listener) => {
      onWindow = listener;
      return () => {};
    },
    onStop: (listener) => {
      onStop = listener;
      return () => {};
    },
    onContinue: (listener) => {
      onContinue = listener;
      return () => {};
    },
    stopProcess: () =>
      new Promise((resolve) => {
        goOn = resolve;
      }),
    onLost: () => {
      state.lost += 1;
    },
  };
  return {
    host,
    state,
    size,
    type: (text: string) => onData(Buffer.from(text)),
    resize: (columns: number, rows: number) => {
      Object.assign(size, { columns, rows });
      onWindow();
    },
    continued: () => onContinue(),
    stopped: () => onStop(),
    hungUp: () => onEnd(),
    goOn: () => goOn(),
    take: () => {
      const { sent } = state;
      state.sent = '';
      return sent;
    },
  };
}

const opened = (multiplexer?: 'tmux') => {
  const fake = fakeHost(multiplexer);
  const terminal = openTerminal(fake.host);
  terminal.open();
  return { fake, terminal };
};

describe('the terminal', () => {
  it('writes nothing before it is opened, and gives back what it took', async () => {
    const fake = fakeHost();
    const terminal = openTerminal(fake.host);
    terminal.frames.write('too early');
    expect(fake.take()).toBe('');
    terminal.open();
    expect(fake.take()).toBe(enterProgram);
    await terminal.close();
    terminal.restoreSync();
    expect(fake.take()).toBe(leaveProgram);
    expect(fake.state.modes).toEqual([true, false]);
  });

  it('drops all but the newest frame while the terminal does not read, and finishes what it began', async () => {
    const { fake, terminal } = opened();
    terminal.frames.write('first');
    fake.take();
    fake.state.isReading = false;
    for (let i = 0; i < 1_000; i += 1) terminal.frames.write(`frame ${i}`);
    fake.state.isReading = true;
    fake.state.room = 3;
    await terminal.close();
    const sent = fake.take();
    expect(sent).toContain('rame 0');
    expect(sent).toContain('999');
    expect(sent).not.toContain('500');
    expect(sent.endsWith(leaveProgram)).toBe(true);
  });

  it('leaves a terminal that never reads', async () => {
    const { fake, terminal } = opened();
    fake.state.isReading = false;
    terminal.frames.write('never seen');
    await terminal.close();
    expect(fake.state.modes).toEqual([true, false]);
  });

  it('cancels a sequence of which the terminal got only the beginning', () => {
    const { fake, terminal } = opened();
    fake.take();
    fake.state.room = 2;
    let writes = 0;
    const { write } = fake.host.sink;
    fake.host.sink.write = (bytes) => {
      writes += 1;
      return writes === 2 ? 0 : write(bytes);
    };
    terminal.frames.write('cut off');
    terminal.restoreSync();
    expect(fake.take()).toMatch(/^\x1b\[\x18/);
  });

  it('draws anew after a change of size and tells Ink', () => {
    const { fake, terminal } = opened();
    let told = 0;
    terminal.frames.on('resize', () => {
      told += 1;
    });
    terminal.frames.write('same');
    fake.take();
    fake.resize(30, 4);
    expect(told).toBe(1);
    expect(terminal.frames).toMatchObject({ columns: 30, rows: 4, isTTY: true });
    terminal.frames.write('same');
    expect(fake.take()).toContain('\x1b[2J');
  });

  it('gives the screen back while suspended and takes it again with the last picture', async () => {
    const { fake, terminal } = opened();
    terminal.frames.write('picture');
    fake.take();
    const suspended = terminal.suspend();
    expect(fake.take()).toBe(leaveProgram);
    terminal.frames.write('new picture');
    expect(fake.take()).toBe('');
    fake.goOn();
    await suspended;
    expect(fake.take()).toMatch(new RegExp(`^${enterProgram.replace(/[[?]/g, '\\$&')}.*new picture`, 's'));
    expect(fake.state.modes).toEqual([true, false, true]);
  });

  it('takes the screen again when somebody else had stopped it', () => {
    const { fake, terminal } = opened();
    terminal.frames.write('picture');
    fake.take();
    fake.continued();
    expect(fake.take()).toContain('picture');
    expect(fake.state.modes).toEqual([true, false, true]);
  });

  it('shows text outside the screen until a key that nobody else gets', async () => {
    const { fake, terminal } = opened();
    terminal.frames.write('picture');
    fake.take();
    const outside = terminal.outside((write) => write('https://link\n'));
    expect(fake.take()).toBe(`${leaveProgram}https://link\n`);
    fake.type('q');
    await outside;
    expect(fake.take()).toContain('picture');
    expect((terminal.keys as NodeJS.ReadStream).read()).toBe(null);
    fake.type('j');
    expect(String((terminal.keys as NodeJS.ReadStream).read())).toBe('j');
  });

  it('gives the modes back while something is shown outside the screen', () => {
    const { fake, terminal } = opened();
    void terminal.outside((write) => write('link'));
    terminal.restoreSync();
    expect(fake.state.modes.at(-1)).toBe(false);
    expect(fake.take().match(/\x1b\[\?1049l/g)).toHaveLength(1);
  });

  it('hands on a Ctrl-C pressed outside the screen', async () => {
    const { fake, terminal } = opened();
    const outside = terminal.outside((write) => write('link'));
    fake.type('\x03');
    await outside;
    expect(String((terminal.keys as NodeJS.ReadStream).read())).toBe('\x03');
  });

  it('writes a text longer than the terminal takes at once', async () => {
    const { fake, terminal } = opened();
    fake.take();
    fake.state.room = 1_000;
    const { write } = fake.host.sink;
    let calls = 0;
    // Every tenth time the terminal takes nothing; the key comes when all has arrived.
    fake.host.sink.write = (bytes) => {
      calls += 1;
      const taken = calls % 10 === 0 ? 0 : write(bytes);
      if (fake.state.sent.endsWith('end')) queueMicrotask(() => fake.type('q'));
      return taken;
    };
    await terminal.outside((print) => print(`${'x'.repeat(50_000)}end`));
    expect(fake.take()).toContain(`${'x'.repeat(50_000)}end`);
  });

  it('ends a long text at a key, also where the terminal does not read', async () => {
    const { fake, terminal } = opened();
    fake.state.isReading = false;
    const outside = terminal.outside((print) => print('x'.repeat(50_000)));
    fake.type('q');
    await outside;
    expect(fake.take()).not.toContain('x');
  });

  it('stops as asked by somebody else, inside the screen and outside', async () => {
    const { fake, terminal } = opened();
    terminal.frames.write('picture');
    fake.take();
    fake.stopped();
    expect(fake.take()).toBe(leaveProgram);
    fake.goOn();
    await new Promise((resolve) => setImmediate(resolve));
    expect(fake.take()).toContain('picture');
    const outside = terminal.outside((write) => write('link'));
    fake.stopped();
    expect(fake.state.modes.at(-1)).toBe(false);
    fake.goOn();
    await new Promise((resolve) => setImmediate(resolve));
    expect(fake.state.modes.at(-1)).toBe(true);
    fake.type('q');
    await outside;
    expect(fake.take()).toContain('picture');
  });

  it('notices at the next picture a change of size that nobody told it of', () => {
    const { fake, terminal } = opened();
    const sizes: unknown[] = [];
    terminal.onResize(() => sizes.push(terminal.size()));
    terminal.frames.write('one');
    Object.assign(fake.size, { columns: 10, rows: 2 });
    terminal.frames.write('two');
    expect(sizes).toEqual([{ columns: 10, rows: 2 }]);
  });

  it('never draws beyond the terminal, whatever the size of the frame', () => {
    const { fake, terminal } = opened();
    fake.take();
    terminal.frames.write(Array.from({ length: 9 }, (_, row) => `${row}`.repeat(50)).join('\n'));
    const sent = fake.take();
    expect(sent).toContain('2'.repeat(20));
    expect(sent).not.toContain('2'.repeat(21));
    expect(sent).not.toContain('33');
  });

  it('gives the title back', async () => {
    const { fake, terminal } = opened();
    fake.take();
    terminal.setTitle('build\x07\x1b]52;c;eA==\x07 ok');
    terminal.setTitle('second');
    expect(fake.take()).toBe('\x1b[22;2t\x1b]2;build??]52;c;eA==? ok\x07\x1b]2;second\x07');
    await terminal.close();
    expect(fake.take()).toBe(`\x1b[23;2t${leaveProgram}`);
  });

  it('keeps the title through a stop, and Unicode in it where the terminal has that', async () => {
    const { fake, terminal } = opened();
    terminal.setTitle('✓ windows\u202e\x9b – ccwb-tui');
    expect(Buffer.from(fake.take(), 'latin1').toString()).toContain('\x1b]2;✓ windows?? – ccwb-tui\x07');
    const suspended = terminal.suspend();
    expect(fake.take()).toBe(`\x1b[23;2t${leaveProgram}`);
    terminal.setTitle('second');
    expect(fake.take()).toBe('');
    fake.goOn();
    await suspended;
    expect(fake.take()).toContain('\x1b[22;2t\x1b]2;second\x07');
  });

  it('notifies as the terminal can, through tmux too, and never while the screen is the shell’s', async () => {
    const { fake, terminal } = opened('tmux');
    fake.take();
    terminal.notify('title', 'body');
    expect(fake.take()).toBe('');
    const other = fakeHost('tmux');
    Object.assign(other.host.capabilities, { notifications: 'osc9' });
    const able = openTerminal(other.host);
    able.notify('too', 'early');
    able.open();
    other.take();
    able.notify('title', 'body; more');
    expect(other.take()).toBe('\x1bPtmux;\x1b\x1b]9;title: body, more\x07\x1b\\');
    const away = able.outside((write) => write('link'));
    other.take();
    able.notify('title', 'body');
    able.bell();
    expect(other.take()).toBe('');
    other.type('q');
    await away;
  });

  it('sends its sequences between two pictures while the terminal is slow', async () => {
    const { fake, terminal } = opened();
    fake.take();
    fake.state.isReading = false;
    terminal.frames.write('one');
    terminal.bell();
    terminal.setTitle('t');
    terminal.frames.write('two');
    fake.state.isReading = true;
    await terminal.close();
    expect(fake.take()).toMatch(/one\x07\x1b\[22;2t\x1b\]2;t\x07[^\x07]*two/s);
  });

  it('copies nothing where that is not wanted', () => {
    const fake = fakeHost();
    Object.assign(fake.host.capabilities, { clipboard: false });
    const terminal = openTerminal(fake.host);
    terminal.open();
    fake.take();
    expect(terminal.copy('link')).toBe(false);
    expect(fake.take()).toBe('');
  });

  it('tells that the terminal hung up, and not after it was given back', async () => {
    const { fake, terminal } = opened();
    fake.hungUp();
    expect(fake.state.lost).toBe(1);
    await terminal.close();
    fake.hungUp();
    expect(fake.state.lost).toBe(1);
  });

  it('copies through tmux too, and says when a text is too long', () => {
    const { fake, terminal } = opened('tmux');
    fake.take();
    expect(terminal.copy('link')).toBe(true);
    expect(fake.take()).toBe('\x1b]52;c;bGluaw==\x07\x1bPtmux;\x1b\x1b]52;c;bGluaw==\x07\x1b\\');
    expect(terminal.copy('x'.repeat(80_000))).toBe(false);
    expect(fake.take()).toBe('');
  });

  it('draws no control sequences that Ink writes besides its frames', () => {
    const { fake, terminal } = opened();
    fake.take();
    for (const text of ['\x1b[?2004h', '\x1b[?25l', '\n', '']) terminal.frames.write(text);
    expect(fake.take()).toBe('');
  });

  it('says once that the terminal is gone', () => {
    const { fake, terminal } = opened();
    fake.host.sink.write = () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    terminal.frames.write('a');
    terminal.frames.write('b');
    terminal.restoreSync();
    expect(fake.state.lost).toBe(1);
  });
});

describe('asking the terminal', () => {
  const question = '\x1b[>0q\x1b[?2026$p\x1b[c';

  function asking(mode = true) {
    const fake = fakeHost();
    const heard: unknown[] = [];
    fake.host.asking = {
      mode,
      refine: (answers) => {
        heard.push(answers);
        return {
          ...fake.host.capabilities,
          hyperlinks: answers.name === 'kitty(0.42)',
          synchronizedOutput: answers.synchronizedOutput !== false,
        };
      },
    };
    const terminal = openTerminal(fake.host);
    terminal.open();
    terminal.ask();
    return { fake, terminal, heard, keys: () => String((terminal.keys as NodeJS.ReadStream).read() ?? '') };
  }

  it('happens once, behind the first picture', async () => {
    const { fake, terminal } = asking();
    expect(fake.take()).toBe(enterProgram);
    terminal.frames.write('picture');
    expect(fake.take()).toMatch(/picture.*\x1b\[>0q\x1b\[\?2026\$p\x1b\[c$/s);
    terminal.frames.write('second');
    fake.type('\x1b[?62c');
    const suspended = terminal.suspend();
    fake.goOn();
    await suspended;
    expect(fake.take()).not.toContain(question);
  });

  it('happens only once it is wanted; before, leaving waits for nothing', async () => {
    const fake = fakeHost();
    fake.host.asking = { mode: true, refine: () => fake.host.capabilities };
    const terminal = openTerminal(fake.host);
    terminal.open();
    terminal.frames.write('picture');
    expect(fake.take()).not.toContain('\x1b[c');
    terminal.ask();
    terminal.ask();
    expect(fake.take()).toBe(question);
    const other = fakeHost();
    other.host.asking = { mode: true, refine: () => other.host.capabilities };
    const quick = openTerminal(other.host);
    quick.open();
    quick.frames.write('picture');
    let left = false;
    void quick.close().then(() => {
      left = true;
    });
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(left).toBe(true);
  });

  it('leaves out what leaves letters on the screen', () => {
    const { fake, terminal } = asking(false);
    terminal.frames.write('picture');
    expect(fake.take()).toMatch(/\x1b\[>0q\x1b\[c$/);
  });

  it('waits for nothing: what is drawn and typed meanwhile goes on', () => {
    const { fake, terminal, keys } = asking();
    terminal.frames.write('one');
    fake.take();
    terminal.frames.write('two');
    expect(fake.take()).toContain('two');
    fake.type('jk');
    expect(keys()).toBe('jk');
  });

  it('believes the answers, and hands none of them on as keys', () => {
    const { fake, terminal, heard, keys } = asking();
    terminal.frames.write('one');
    fake.take();
    expect(terminal.capabilities.hyperlinks).toBe(false);
    fake.type('j\x1bP>|kitty(0.42)\x1b\\k\x1b[?2026;0$y');
    fake.type('\x1b[?62cl');
    expect(keys()).toBe('jkl');
    expect(terminal.capabilities).toMatchObject({ hyperlinks: true, synchronizedOutput: false });
    expect(heard.at(-1)).toEqual({ name: 'kitty(0.42)', synchronizedOutput: false, isComplete: true });
    terminal.frames.write('two');
    expect(fake.take()).not.toContain('2026');
  });

  it('does not leave its answers to the shell', async () => {
    const { fake, terminal } = asking();
    terminal.frames.write('one');
    const closed = terminal.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(fake.state.modes).toEqual([true]);
    fake.type('\x1b[?62c');
    await closed;
    expect(fake.state.modes).toEqual([true, false]);
  });

  it('does not leave them to the shell when it is stopped at once', async () => {
    const { fake, terminal } = asking();
    terminal.frames.write('one');
    const suspended = terminal.suspend();
    await new Promise((resolve) => setImmediate(resolve));
    expect(fake.state.modes).toEqual([true]);
    fake.type('\x1b[?62c');
    await new Promise((resolve) => setImmediate(resolve));
    expect(fake.state.modes).toEqual([true, false]);
    fake.goOn();
    await suspended;
    expect(fake.state.modes).toEqual([true, false, true]);
  });

  it('takes them before a signal ends it, and waits for none that does not come', () => {
    const { fake, terminal, keys } = asking();
    let left = ['', 'j\x1b[?2026;2$y', '', '\x1b[?62c', 'not read'];
    fake.host.sink.read = () => {
      const [first = '', ...rest] = left;
      left = rest;
      return Buffer.from(first);
    };
    terminal.frames.write('one');
    terminal.restoreSync();
    expect(left).toEqual(['not read']);
    expect(keys()).toBe('j');
    expect(fake.state.modes).toEqual([true, false]);
    const silent = asking();
    silent.fake.host.sink.read = () => Buffer.alloc(0);
    silent.terminal.frames.write('one');
    silent.terminal.restoreSync();
    expect(silent.fake.take().endsWith(leaveProgram)).toBe(true);
  });

  it('does not hold up leaving where nobody answers', async () => {
    const { fake, terminal } = asking();
    terminal.frames.write('one');
    await terminal.close();
    expect(fake.state.modes).toEqual([true, false]);
  });
});
