import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogBuffer } from '../../src/domain/log-buffer.ts';
import { longestLogLine, plain, sanitiseText, splitLogMessage } from '../../src/domain/sanitise.ts';
import { openTerminal } from '../../src/terminal/open-terminal.ts';
import {
  type HostileAccount,
  hex,
  openHostileAccount,
  openTime,
  startTime,
  type Time,
} from './support/account.ts';
import { openDevice } from './support/screens.tsx';
import { strangeInPrinted } from './support/strict-terminal.ts';

const mib = 1024 * 1024;

/**
 * One line each. Work that grows faster than its length would take hours on any of these: that the test ends within
 * its ordinary limit is the assertion, beside what is kept of it.
 */
const large: Record<string, () => string> = {
  'an OSC of 8 MiB that never ends': () => `a\x1b]0;${'x'.repeat(8 * mib)}`,
  'an 8-bit DCS of 8 MiB that never ends': () => `a\x90${'x'.repeat(8 * mib)}`,
  'a CSI of a million parameters': () => `a\x1b[${'1;'.repeat(1_000_000)}mz`,
  'a CSI of a million parameters without an end': () => `a\x1b[${'1;'.repeat(1_000_000)}`,
  'a line of 10 MB': () => 'y'.repeat(10_000_000),
  'a line of 10 MB of wide characters': () => '漢'.repeat(5_000_000),
  'a line of a million emoji of families': () => '👩‍👩‍👧'.repeat(1_000_000),
  'a million combining marks': () => `e${'\u0301'.repeat(1_000_000)}`,
  'a million vowels of one syllable': () => `\u1100${'\u1161'.repeat(1_000_000)}`,
  'tabs of 10 MB': () => '\t'.repeat(10_000_000),
  'carriage returns of 10 MB': () => `a${'\r'.repeat(10_000_000)}`,
  'a million texts that are overwritten': () => 'ab \r'.repeat(1_000_000),
  'a million SGRs': () => '\x1b[31mx'.repeat(1_000_000),
  'a million SGRs and nothing else': () => '\x1b[31m'.repeat(1_000_000),
  'a million beginnings of strings': () => '\x1b]\x9d\x90'.repeat(1_000_000),
  'a million lone surrogates': () => '\ud800'.repeat(1_000_000),
  'a million bidirectional controls': () => '\u202e'.repeat(1_000_000),
};

describe.each(Object.entries(large))('%s', (_, make) => {
  it('is kept as a line of bounded length, in the log and as a text', () => {
    const text = make();
    const lines = splitLogMessage(text);
    expect(lines).toHaveLength(1);
    const [line = ''] = lines;
    expect(line.length).toBeLessThanOrEqual(longestLogLine);
    // What is cut off is said.
    if (line.length > longestLogLine / 2) expect(line).toContain('…[cut: ');
    const one = sanitiseText(text);
    expect(one.length).toBeLessThanOrEqual(longestLogLine);
    expect(strangeInPrinted(one)).toBeUndefined();
    expect(strangeInPrinted(line, true)).toBeUndefined();
    const buffer = createLogBuffer();
    buffer.append([{ timestamp: 0, text: line }]);
    expect(buffer.bytes).toBeLessThanOrEqual(longestLogLine * 3 + 1);
    expect(plain(buffer.line(0)?.text ?? '')).toBe(plain(line));
  });
});

describe('a log of large lines', () => {
  let time: Time;
  let account: HostileAccount;
  beforeAll(async () => {
    time = openTime();
    account = await openHostileAccount(time, () => 'x');
  });
  afterAll(async () => {
    await account.close();
    time.stop();
  });

  it('is printed to its last line, each of bounded length', async () => {
    account.aws.builds = [{ uuid: `0${hex}`, status: 'SUCCEEDED', startedAt: startTime - 3_600_000 }];
    // An answer of CloudWatch holds a megabyte, and so one event of it.
    const events = [...Object.values(large).map((make) => make().slice(0, mib)), 'the last line'];
    account.aws.pages = events.map((event) => [event]);
    const { out, err } = await account.command(`logs 0${hex}`);
    const lines = out.trimEnd().split('\n');
    expect(err).toBe('');
    expect(lines).toHaveLength(events.length);
    expect(lines.at(-1)).toBe('the last line');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(longestLogLine);
    expect(strangeInPrinted(out)).toBeUndefined();
  });

  it('stays within the memory it was given, the oldest lines first', () => {
    const maxBytes = 4 * mib;
    const buffer = createLogBuffer({ maxBytes });
    const line = splitLogMessage('z'.repeat(mib))[0] ?? '';
    for (let count = 0; count < 2_000; count += 1) buffer.append([{ timestamp: 0, text: line }]);
    expect(buffer.bytes).toBeLessThanOrEqual(maxBytes);
    expect(buffer.count).toBe(2_000);
    expect(buffer.line(1_999)?.text).toBe(line);
  });

  it('is drawn in bytes bounded by the screen', async () => {
    const size = { columns: 80, rows: 4 };
    const device = openDevice(size);
    const terminal = openTerminal(device.host);
    terminal.open();
    for (const make of Object.values(large)) {
      const line = splitLogMessage(make())[0] ?? '';
      const before = device.bytes();
      terminal.frames.write(Array.from({ length: size.rows }, () => line).join('\n'));
      // A cell takes a character with its marks, its look, and at worst a move of the cursor.
      expect(device.bytes() - before).toBeLessThan(size.columns * size.rows * 96);
    }
    await device.rows();
    expect(device.strange()).toBeUndefined();
  });
});
