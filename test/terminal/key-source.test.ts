import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answers } from '../../src/terminal/answers.ts';
import { createKeySource } from '../../src/terminal/key-source.ts';

// Waiting is what is tested: the clock is the test's.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function started() {
  let onData: (chunk: Buffer) => void = () => {};
  const heard: Answers[] = [];
  const source = createKeySource(
    {
      setRawMode: () => {},
      on: (event: string, listener: (...args: never[]) => void) => {
        if (event === 'data') onData = listener as typeof onData;
      },
      off: () => {},
      resume: () => {},
      pause: () => {},
    },
    () => {},
    (answers) => heard.push(answers),
  );
  source.start();
  return {
    source,
    heard,
    send: (text: string) => onData(Buffer.from(text)),
    keys: () => String((source.keys as NodeJS.ReadStream).read() ?? ''),
  };
}

describe('keys', () => {
  it('pass at once where nothing was asked, an Esc too', () => {
    const { send, keys } = started();
    send('\x1b');
    expect(keys()).toBe('\x1b');
    send('\x1b[');
    expect(keys()).toBe('\x1b[');
  });

  it('pass at once again when the terminal has answered', () => {
    const { source, send, keys, heard } = started();
    source.expectAnswers();
    send('j\x1bP>|foot(1.16)\x1b\\k\x1b[?2026;2$y\x1b[?62c\x1b');
    expect(keys()).toBe('jk\x1b');
    expect(heard).toEqual([{ name: 'foot(1.16)' }, { synchronizedOutput: true }, { isComplete: true }]);
  });

  it('wait only where they may begin an answer, and no longer than the answers are waited for', () => {
    const { source, send, keys } = started();
    source.expectAnswers();
    send('jk');
    expect(keys()).toBe('jk');
    send('\x1b');
    expect(keys()).toBe('');
    vi.advanceTimersByTime(1_000);
    expect(keys()).toBe('\x1b');
    send('\x1b');
    vi.advanceTimersByTime(50);
    expect(keys()).toBe('\x1b');
    vi.advanceTimersByTime(30_000);
    send('\x1b');
    expect(keys()).toBe('\x1b');
  });

  it('do not wait for the time when the next byte tells', () => {
    const { source, send, keys } = started();
    source.expectAnswers();
    send('\x1b');
    send('[A');
    expect(keys()).toBe('\x1b[A');
  });

  it.each(['now', 'late', 'very late'])('never hold an answer that comes %s, in pieces', (when) => {
    const { source, send, keys, heard } = started();
    source.expectAnswers();
    vi.advanceTimersByTime(when === 'now' ? 0 : when === 'late' ? 5_000 : 60_000);
    send('a\x1bP>|ki');
    vi.advanceTimersByTime(500);
    send('tty(0.42)\x1b');
    send('\\b\x1b[?20');
    vi.advanceTimersByTime(500);
    send('26;2$y\x1b[?6');
    send('2cc');
    expect(keys()).toBe('abc');
    expect(heard).toContainEqual({ name: 'kitty(0.42)' });
  });

  it('go on behind an answer that never ends', () => {
    const { source, send, keys } = started();
    source.expectAnswers();
    send('\x1bP>|half');
    vi.advanceTimersByTime(2_000);
    send('q');
    expect(keys()).toBe('q');
    // Also where each piece comes before the time of the last one is over.
    send('\x1bP>|half');
    for (let i = 0; i < 3; i += 1) {
      vi.advanceTimersByTime(500);
      send('x');
    }
    vi.advanceTimersByTime(500);
    send('q');
    expect(keys()).toBe('q');
  });

  it('are handed out when the modes are given back', () => {
    const { source, send, keys } = started();
    source.expectAnswers();
    send('\x1b');
    source.stop();
    expect(keys()).toBe('\x1b');
  });

  it('an answer is not the key that is waited for', async () => {
    const { source, send } = started();
    source.expectAnswers();
    const key = source.nextChunk();
    send('\x1b[?2026;2$y');
    send('q');
    expect(String(await key)).toBe('q');
  });

  it('the answers are waited for until the fence, or for their time', async () => {
    const { source, send } = started();
    await source.answered();
    source.expectAnswers();
    let count = 0;
    const wait = () => source.answered().then(() => (count += 1));
    const first = wait();
    send('\x1b[?2026;2$y');
    await Promise.resolve();
    expect(count).toBe(0);
    send('\x1b[?6c');
    await first;
    source.expectAnswers();
    const second = wait();
    vi.advanceTimersByTime(1_000);
    await second;
    expect(count).toBe(2);
  });
});
