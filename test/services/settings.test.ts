import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/domain/settings.ts';
import { createSettings } from '../../src/services/settings.ts';

let root: string;
let dir: string;
let file: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ccwb-settings-'));
  dir = join(root, 'config');
  file = join(dir, 'settings.json');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = async (text: string) => {
  const settings = createSettings({ dir });
  settings.update({ place: 'sandbox' });
  await settings.settled();
  await writeFile(file, text);
};

describe('settings', () => {
  it('are the defaults where there is no file, and make none by being read', async () => {
    const settings = createSettings({ dir });
    expect(settings.read()).toEqual(defaultSettings);
    expect(settings.path).toBe(file);
    await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are kept for the user alone, and are there at once', async () => {
    const settings = createSettings({ dir });
    settings.update({ place: 'aws', profile: 'ClaudeCode' });
    expect(settings.read()).toMatchObject({ place: 'aws', profile: 'ClaudeCode' });
    settings.update({ expiresHours: 24 });
    await settings.settled();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect(createSettings({ dir }).read()).toEqual({
      ...defaultSettings,
      place: 'aws',
      profile: 'ClaudeCode',
      expiresHours: 24,
    });
  });

  it('keep keys of other versions, and add own prices to the known ones', async () => {
    await write('{"future":{"a":1},"prices":{"asOf":"2027-01-01","usdPerMinute":{"X/Y":1.5}}}');
    const settings = createSettings({ dir });
    settings.update({ timeZone: 'utc' });
    await settings.settled();
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ future: { a: 1 }, timeZone: 'utc' });
    const { prices } = settings.read();
    expect(prices.asOf).toBe('2027-01-01');
    expect(prices.usdPerMinute).toEqual({ ...defaultSettings.prices.usdPerMinute, 'X/Y': 1.5 });
  });

  it.each([
    ['no JSON', '{"place": "aws"'],
    ['no object', '[]'],
    ['a place that is none', '{"place":"moon"}'],
    ['hours out of range', '{"expiresHours":169}'],
    ['hours with a fraction', '{"expiresHours":1.5}'],
    ['a colour depth that is none', '{"terminal":{"colors":"12"}}'],
    ['a switch that is none', '{"terminal":{"hyperlinks":true}}'],
    ['a way to notify that is none', '{"terminal":{"notifications":"on"}}'],
    ['a terminal that is no object', '{"terminal":"xterm"}'],
    ['a bell that is no yes or no', '{"notify":{"bell":"on"}}'],
    ['a log too small', '{"log":{"maxMegabytes":15}}'],
    ['a log too large', '{"log":{"maxMegabytes":4097}}'],
    ['a log with a fraction', '{"log":{"maxMegabytes":16.5}}'],
    ['a price that is none', '{"prices":{"usdPerMinute":{"X/Y":"free"}}}'],
  ])('that hold %s are named, left as they are, and not written over', async (_, text) => {
    await write(text);
    const settings = createSettings({ dir });
    const broken = expect.objectContaining({ kind: 'usage', message: expect.stringContaining(file) });
    expect(() => settings.read()).toThrow(broken);
    expect(() => settings.update({ place: 'aws' })).toThrow(broken);
    await settings.settled();
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('name the key that is wrong', async () => {
    await write('{"terminal":{"notifications":"osc8"}}');
    expect(() => createSettings({ dir }).read()).toThrow(/terminal\.notifications/);
  });

  it('fill what a group leaves out with its defaults', async () => {
    await write('{"terminal":{"colors":"16","future":1},"notify":{"bell":false},"log":{}}');
    expect(createSettings({ dir }).read()).toEqual({
      ...defaultSettings,
      terminal: { ...defaultSettings.terminal, colors: '16' },
      notify: { ...defaultSettings.notify, bell: false },
    });
  });

  it('refuse a value that would break them', () => {
    const settings = createSettings({ dir });
    expect(() => settings.update({ expiresHours: 0 })).toThrow(/expiresHours/);
    expect(settings.read()).toEqual(defaultSettings);
  });

  it('say where they could not be written, and once', async () => {
    // A file where the folder belongs: that stops root, too.
    await writeFile(dir, '');
    const settings = createSettings({ dir });
    settings.update({ place: 'aws' });
    await expect(settings.settled()).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(file),
    });
    expect(settings.read().place).toBe('aws');
    await settings.settled();
  });
});
