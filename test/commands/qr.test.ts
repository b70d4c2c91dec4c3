import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../../src/commands/context.ts';
import { goodArtifact, leaving } from '../services/distributions/ship-bench.ts';
import { emulate, write } from '../support/emulated-terminal.ts';
import { scanPng, scanScreen } from '../support/scan.ts';
import { type CommandBench, openCommandBench } from './bench.ts';

let bench: CommandBench;
beforeAll(async () => {
  bench = await openCommandBench(leaving(goodArtifact()));
  expect(await bench.run('package --wait')).toMatchObject({ code: 0 });
});
beforeEach(async () => {
  for (const name of await readdir(bench.folder)) await rm(join(bench.folder, name));
});
afterAll(() => bench.close());

const wide: Io['screen'] = { columns: 140, rows: 70, look: { colorDepth: 24, unicode: true } };
const pictures = async () => (await readdir(bench.folder)).sort();

describe('--qr', () => {
  it('prints the link as a code on stderr alone, where that is a terminal with room for it', async () => {
    const { code, out, err } = await bench.run('package --distribute --qr', { screen: wide });
    expect({ code, out, err: err.slice(-500) }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^http\S+\n$/),
    });
    const terminal = emulate({ columns: 140, rows: 70 });
    await write(terminal, err.slice(err.indexOf('\x1b')).replaceAll('\n', '\r\n'));
    expect(scanScreen(terminal)).toBe(out.trim());
    terminal.dispose();

    const latest = await bench.run('distribute --get-latest --qr --json', { screen: wide });
    expect(JSON.parse(latest.out).url).toBe(out.trim());
    expect(latest.err).toContain('▀');
    expect(await pictures()).toEqual([]);
  });

  it('saves a picture elsewhere, never over a file that is there, and says where and why', async () => {
    const made = await bench.run('distribute --qr');
    expect(made).toMatchObject({ code: 0 });
    expect(made.err).not.toContain('\x1b');
    const [first = ''] = await pictures();
    expect(made.err).toContain(
      `No terminal shows the QR code. Its picture is saved in ${join(bench.folder, first)}`,
    );
    expect(scanPng(await readFile(join(bench.folder, first)))).toBe(made.out.trim());

    await writeFile(join(bench.folder, first), 'mine');
    const small: Io['screen'] = { columns: 80, rows: 24, look: { colorDepth: 8, unicode: true } };
    const latest = await bench.run('distribute --get-latest --qr', { screen: small });
    expect(latest.err).toMatch(/needs \d+ columns and \d+ rows; this terminal has 80 and 22\./);
    expect(await readFile(join(bench.folder, first), 'utf8')).toBe('mine');
    const second = first.replace('.png', '-2.png');
    expect(await pictures()).toEqual([second, first].sort());
    expect(scanPng(await readFile(join(bench.folder, second)))).toBe(made.out.trim());
  });

  it('belongs to --distribute', async () => {
    expect(await bench.run('package --qr')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--qr belongs to --distribute.'),
    });
  });
});
