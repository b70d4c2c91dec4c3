import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DistributionQuestion } from '../../../src/domain/distribution.ts';
import type { AppError } from '../../../src/domain/errors.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import { elf, macCpu, machO } from '../../support/programs.ts';
import { goodArtifact, leaving, notes, type ShipBench, ship, shipped, startShipBench } from './ship-bench.ts';

let bench: ShipBench;

beforeEach(async () => {
  bench = await startShipBench();
});

afterEach(() => bench.close());

const helper = 'otel-helper-linux-x64';
const untouched = { versions: [], checksums: [], uploads: [], deleteMarkers: 0 };

async function buildWithout(name: string): Promise<string> {
  const { [name]: _, ...rest } = goodArtifact();
  return (await bench.build(leaving(rest))).id;
}

/** What was asked, answered with the same each time. */
function answering(answer: boolean): {
  asked: DistributionQuestion[];
  ask: (question: DistributionQuestion) => Promise<boolean>;
} {
  const asked: DistributionQuestion[] = [];
  const ask = async (question: DistributionQuestion) => {
    asked.push(question);
    return answer;
  };
  return { asked, ask };
}

describe('an exe that a succeeded build did not leave', () => {
  it('is asked about, by name and build; a yes makes the package without it', async () => {
    const id = await buildWithout(helper);
    const { asked, ask } = answering(true);
    const { distribution, events } = await ship(bench.distributions, { ask });
    const finding = `${helper} is missing from the artifacts of build ${id}, although that build succeeded.`;
    expect(asked).toEqual([{ kind: 'incomplete', findings: [finding] }]);
    expect(distribution.files.map(({ path }) => path)).not.toContain(helper);
    expect(notes(events)).toContain('Made all the same, as answered');
  });

  it('ends the run with a no, and nothing is put into the bucket', async () => {
    await buildWithout(helper);
    const { error, events } = await shipped(bench.distributions, answering(false));
    expect(error).toMatchObject({ kind: 'failed', message: expect.stringMatching(/^Not made, as answered/) });
    expect(events.filter((it) => it.kind === 'step').at(-1)).toMatchObject({
      step: 'CHECK',
      state: 'started',
    });
    expect(await bench.bucketState()).toEqual(untouched);
  });

  it('is refused where nobody can be asked, naming it, its build and the flag that answers', async () => {
    const id = await buildWithout(helper);
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({ kind: 'failed', hint: expect.stringContaining('--yes') });
    expect((error as AppError).message).toContain(helper);
    expect((error as AppError).message).toContain(id);
    expect(await bench.bucketState()).toEqual(untouched);
  });

  it('cannot be agreed to where nothing is left that signs in', async () => {
    const id = await buildWithout('credential-process-linux-x64');
    const { asked, ask } = answering(true);
    const { error } = await shipped(bench.distributions, { ask });
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining(id) });
    expect(asked).toEqual([]);
  });

  it('is asked about once: a cancelled question ends the run without an answer', async () => {
    await buildWithout(helper);
    const cancel = new AbortController();
    const ask = (_: DistributionQuestion, signal: AbortSignal) =>
      new Promise<boolean>((_answer, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        cancel.abort();
      });
    const { error } = await shipped(bench.distributions, { ask }, { signal: cancel.signal });
    expect(error).toBeUndefined();
    expect(await bench.bucketState()).toEqual(untouched);
    expect(await bench.tempFolders()).toEqual([]);
  });
});

describe('a config.json with which nobody can sign in', () => {
  /** What profile and stacks tell, where they tell nothing of signing in. */
  function lacking(): DistributionsService {
    const { identityPoolId: _, ...deployment } = bench.deployment;
    const { providerDomain: _domain, clientId: _client, ...profile } = deployment.profile;
    return bench.withDeps({ place: 'aws', deployment: { ...deployment, profile } });
  }
  const finding =
    'config.json lacks provider_domain, client_id, identity_pool_id, which profile and stacks do not tell: nobody can sign in with it.';

  it('is asked about, naming what it lacks, and is made with a yes', async () => {
    await bench.build(leaving(goodArtifact()));
    const { asked, ask } = answering(true);
    await ship(lacking(), { ask });
    expect(asked).toEqual([{ kind: 'incomplete', findings: [finding] }]);
  });

  it('is refused where nobody can be asked, naming the flag; nothing is put into the bucket', async () => {
    await bench.build(leaving(goodArtifact()));
    const { error } = await shipped(lacking());
    expect(error).toMatchObject({
      kind: 'failed',
      message: finding,
      hint: expect.stringContaining('--yes'),
    });
    expect(await bench.bucketState()).toEqual(untouched);
  });

  it('is no question where profile and stacks tell all, nor in the sandbox', async () => {
    await bench.build(leaving(goodArtifact()));
    const { asked, ask } = answering(false);
    await ship(bench.withDeps({ place: 'aws' }), { ask });
    bench.clock.advance(60_000);
    const { identityPoolId: _, ...deployment } = bench.deployment;
    await ship(bench.withDeps({ deployment }), { ask });
    expect(asked).toEqual([]);
  });
});

describe('extra files of the profile', () => {
  let dir: string;

  beforeEach(async () => {
    await bench.build(leaving(goodArtifact()));
    dir = await mkdtemp(join(tmpdir(), 'ccwb-extra-'));
    await mkdir(join(dir, 'extra'));
  });

  afterEach(() => rm(dir, { recursive: true, force: true }));

  const expecting = (extraFiles: string[]) =>
    bench.withDeps({
      deployment: { ...bench.deployment, profile: { ...bench.deployment.profile, extraFiles } },
    });

  it('that lie in no folder and no artifact are asked about', async () => {
    await writeFile(join(dir, 'extra/root.pem'), 'pem');
    const { asked, ask } = answering(true);
    await ship(expecting(['extra', 'setup.ps1']), { ask, packagePath: dir });
    const missing = 'setup.ps1 is missing, although it is one of the profile’s extra_files.';
    expect(asked).toEqual([{ kind: 'incomplete', findings: [missing] }]);
    const { error } = await shipped(expecting(['extra']));
    expect(error).toMatchObject({ kind: 'failed', hint: expect.stringContaining('--yes') });
    expect((error as AppError).message).toContain('extra is missing');
  });

  it('that Windows would take for others are left out by name and reason', async () => {
    const names = ['nul.txt', 'a:b.txt', 'dot.', 'space ', 'what?', 'back\\slash', 'good.txt'];
    for (const name of names) await writeFile(join(dir, 'extra', name), 'x');
    const { distribution, events } = await ship(expecting(['extra']), { packagePath: dir });
    const said = notes(events);
    for (const name of names.slice(0, -1)) {
      expect(said).toContain(`extra/${name.trim()} is left out: it is a name`);
    }
    const shippedExtras = distribution.files.filter(({ path }) => path.startsWith('extra/'));
    expect(shippedExtras.map(({ path }) => path)).toEqual(['extra/good.txt']);
  });
});

describe('a program that is none of its platform', () => {
  it.each<[string, string | Buffer, string]>([
    ['of zero bytes', '', `${helper} (build`],
    [
      'for another processor',
      elf({ machine: 183 }),
      `${helper} is an ELF binary for Linux on aarch64 (build`,
    ],
    ['for another system', machO(macCpu.arm64), `${helper} is a Mach-O binary for Apple silicon (build`],
    ['that is a page of text', '<html>no</html>', `${helper} is plain text (build`],
  ])('%s is refused by name, build and reason, whatever is answered', async (_, bytes, reason) => {
    const { id } = await bench.build(leaving({ ...goodArtifact(), [helper]: bytes }));
    const { asked, ask } = answering(true);
    const { error } = await shipped(bench.distributions, { ask });
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining(reason) });
    expect((error as AppError).message).toContain(id);
    expect(asked).toEqual([]);
    expect(await bench.bucketState()).toEqual(untouched);
  });
});

describe('the tree', () => {
  it('tells every file with its size, sha256 and kind, the platforms there and missing, before anything is refused', async () => {
    await bench.build(leaving({ ...goodArtifact(), [helper]: '' }));
    const { events } = await shipped(bench.distributions);
    const tree = events.flatMap((event) => (event.kind === 'tree' ? [event.tree] : []))[0];
    expect(tree?.files.map(({ path, kind }) => `${path}: ${kind}`)).toEqual([
      'README.md: text',
      'checksums.txt: text',
      'claude-settings/settings.json: text',
      'config.json: text',
      'credential-process-linux-x64: script',
      'install.bat: text',
      'install.sh: script',
      `${helper}: empty`,
    ]);
    expect(tree?.platforms).toEqual(['linux-x64']);
    expect(tree?.missing).toEqual(['windows', 'macos-arm64', 'macos-intel', 'linux-arm64']);
  });

  it('names no platform whose sign-in program is refused', async () => {
    const artifact = { ...goodArtifact(), 'credential-process-linux-x64': elf({ machine: 183 }) };
    await bench.build(leaving(artifact));
    const { error, events } = await shipped(bench.distributions);
    expect(error).toMatchObject({ kind: 'invalid' });
    const tree = events.flatMap((event) => (event.kind === 'tree' ? [event.tree] : []))[0];
    expect(tree?.files.map(({ path }) => path)).toContain('credential-process-linux-x64');
    expect(tree?.platforms).toEqual([]);
    expect(tree?.missing).toContain('linux-x64');
  });

  it('is that of the package which is made', async () => {
    await bench.build(leaving(goodArtifact()));
    const { distribution, events } = await ship(bench.distributions);
    const tree = events.flatMap((event) => (event.kind === 'tree' ? [event.tree] : []))[0];
    expect(distribution.files).toEqual(tree?.files);
    expect(distribution.missing).toEqual(tree?.missing);
    for (const { sha256 } of distribution.files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a folder without its helpers', () => {
  let dir: string;

  beforeEach(async () => {
    await bench.build(leaving(goodArtifact()));
    dir = await mkdtemp(join(tmpdir(), 'ccwb-check-'));
    await writeFile(join(dir, 'credential-process-macos-arm64'), machO(macCpu.arm64));
  });

  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is asked about where the profile has monitoring, and else mentioned', async () => {
    const { asked, ask } = answering(true);
    const { events } = await ship(bench.distributions, { packagePath: dir, ask });
    expect(asked).toEqual([]);
    expect(notes(events)).toContain(
      'otel-helper-macos-arm64 is missing: on that platform nothing is reported',
    );
    const profile = { ...bench.deployment.profile, monitoringEnabled: true };
    const monitored = bench.withDeps({ deployment: { ...bench.deployment, profile } });
    bench.clock.advance(60_000);
    await ship(monitored, { packagePath: dir, ask });
    expect(asked).toEqual([
      { kind: 'incomplete', findings: [expect.stringContaining('otel-helper-macos-arm64 is missing')] },
    ]);
  });
});
