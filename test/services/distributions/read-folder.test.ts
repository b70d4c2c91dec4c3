import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DistributionEvent } from '../../../src/domain/distribution.ts';
import { readPackageFolder } from '../../../src/services/distributions/collect/read-folder.ts';
import type { RunContext } from '../../../src/services/distributions/run-context.ts';
import { createQuickClock } from './quick-clock.ts';

let dir: string;
let dist: string;
let events: DistributionEvent[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-folder-'));
  dist = join(dir, 'dist');
  events = [];
  await mkdir(dist);
});

afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(paths: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(paths)) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await writeFile(join(dist, path), text);
  }
}

async function read(extraFiles: string[] = [], path = dist): Promise<string[]> {
  let files = 0;
  const context: RunContext = {
    step: 'COLLECT',
    signal: new AbortController().signal,
    clock: createQuickClock(0),
    emit: (event) => events.push(event),
  };
  const newFile = () => {
    files += 1;
    return join(dir, `f${files}`);
  };
  const found = await readPackageFolder({ path, profileName: 'Acme', extraFiles, newFile }, context);
  return found.map((file) => file.path);
}

describe('the folder of a package', () => {
  it('is read as the first generations of ccwb write it', async () => {
    await write({
      'credential-process-windows.exe': 'x',
      'install.bat': 'x',
      '.claude/settings.json': '{}',
      'notes.txt': 'x',
      'node_modules/config.json': 'x',
    });
    expect(await read()).toEqual(['.claude/settings.json', 'credential-process-windows.exe', 'install.bat']);
  });

  it('is read as the later ones write it: the newest run of the profile', async () => {
    await write({
      'Acme/2026-11-19-090000/config.json': 'old',
      'Acme/2026-11-20-090000/config.json': 'new',
      'Acme/2026-11-20-090000/claude-settings/settings.json': '{}',
      'Other/2026-11-21-090000/config.json': 'other',
    });
    expect(await read()).toEqual(['claude-settings/settings.json', 'config.json']);
    expect(await read([], join(dist, 'Acme'))).toHaveLength(2);
    expect(await read([], join(dist, 'Acme/2026-11-19-090000'))).toEqual(['config.json']);
    expect(JSON.stringify(events)).toContain('2026-11-20-090000');
  });

  it('is the newer generation’s where both lie in it, and that is said', async () => {
    await write({
      'config.json': 'old',
      'install.sh': 'old',
      'Acme/2026-11-20-090000/config.json': 'new',
    });
    expect(await read()).toEqual(['config.json']);
    expect(JSON.stringify(events)).toContain('holds an older package');
    // A folder of the profile’s name without runs is something else.
    await rm(join(dist, 'Acme/2026-11-20-090000'), { recursive: true });
    expect(await read()).toEqual(['config.json', 'install.sh']);
  });

  it('gives the extra files of the profile, with their folders', async () => {
    await write({
      'config.json': '{}',
      'certs/a/root.pem': 'x',
      'certs/b.pem': 'x',
      'setup.ps1': 'x',
      'other/c': 'x',
    });
    expect(await read(['certs', 'setup.ps1'])).toEqual([
      'certs/a/root.pem',
      'certs/b.pem',
      'config.json',
      'setup.ps1',
    ]);
  });

  it('does not follow links out of itself', async () => {
    await write({ 'config.json': '{}' });
    await writeFile(join(dir, 'secret'), 'secret');
    await symlink(join(dir, 'secret'), join(dist, 'README.md'));
    await symlink(dir, join(dist, 'certs'));
    expect(await read(['certs'])).toEqual(['config.json']);
    expect(JSON.stringify(events)).toContain('README.md is passed over');
  });

  it('names each linked folder that it would have looked into, and no other', async () => {
    await write({ 'config.json': '{}', 'certs/root.pem': 'x' });
    await mkdir(join(dir, 'elsewhere'));
    await writeFile(join(dir, 'elsewhere/settings.json'), '{}');
    for (const name of ['claude-settings', '.claude', 'certs/own', 'node_modules'])
      await symlink(join(dir, 'elsewhere'), join(dist, name));
    expect(await read(['certs'])).toEqual(['certs/root.pem', 'config.json']);
    const texts = events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
    expect(texts.map((text) => text.split(' is passed over: it is a link')[0]).sort()).toEqual([
      '.claude',
      'certs/own',
      'claude-settings',
    ]);
  });

  it.each([
    ['is missing', 'nowhere', /does not exist/],
    ['is a file', 'file', /no folder/],
    ['holds nothing of a package', 'empty', /holds nothing/],
  ])('that %s is not found', async (_, name, message) => {
    await writeFile(join(dir, 'file'), 'x');
    await mkdir(join(dir, 'empty/src'), { recursive: true });
    await expect(read([], join(dir, name))).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });
});
