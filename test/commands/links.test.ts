import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windowsBuild } from '../support/build-scripts.ts';
import { type CommandBench, openCommandBench } from './bench.ts';

const artifact = {
  'credential-process-linux-x64': '#!/bin/sh\n',
  'otel-helper-linux-x64': '#!/bin/sh\n',
};

let bench: CommandBench;
let folder: string;

beforeAll(async () => {
  bench = await openCommandBench({ ...windowsBuild, artifact });
  folder = await mkdtemp(join(tmpdir(), 'ccwb-links-'));
  expect((await bench.run('package --wait')).code).toBe(0);
});

afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

const json = (text: string) => JSON.parse(text);

/** A package whose link was made just now. */
async function made(): Promise<{ package_key: string; url: string; checksum: string; filename: string }> {
  const { code, out, err } = await bench.run('distribute --json');
  expect({ code, err: err.slice(-300) }).toMatchObject({ code: 0 });
  return json(out);
}

describe('links that somebody revoked by a policy that may not be read', () => {
  it('are listed with a word on stderr and in each entry', async () => {
    const denied = await openCommandBench({ ...windowsBuild, artifact });
    try {
      expect((await denied.run('package --distribute')).code).toBe(0);
      denied.session.setFaults(({ operation }) =>
        operation === 'GetBucketPolicy' ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
      );
      const { code, out, err } = await denied.run('links list --json');
      expect(code).toBe(0);
      expect(err.split('s3:GetBucketPolicy')).toHaveLength(2);
      expect(json(out)).toMatchObject([{ state: 'valid', not_read: ['policy'] }]);
      const missed = await denied.run('links renew nothing');
      expect(missed).toMatchObject({ code: 4, err: expect.stringContaining('s3:GetBucketPolicy') });
    } finally {
      await denied.close();
    }
  });
});

describe('links', () => {
  it('are an empty array before anything was made', async () => {
    const empty = await openCommandBench();
    try {
      expect(await empty.run('links list --json')).toEqual({ code: 0, out: '[]\n', err: '' });
      expect(await empty.run('links list')).toMatchObject({
        code: 0,
        out: '',
        err: expect.stringContaining('No package was made yet'),
      });
      expect((await empty.run('links renew 2026 --expires-hours 1')).code).toBe(4);
    } finally {
      await empty.close();
    }
  });

  it('are listed with their states', async () => {
    const { package_key, url, checksum, filename } = await made();
    const [entry] = json((await bench.run('links list --json')).out);
    expect(entry).toMatchObject({
      package_key,
      url,
      checksum,
      filename,
      state: 'valid',
      expires: expect.stringMatching(/Z$/),
      platforms: ['linux-x64'],
      recorded: true,
      covered_by: null,
    });
  });

  it('are renewed by key, file name or a beginning of the stamp; the link stands alone on stdout', async () => {
    const { package_key, filename, checksum } = await made();
    const stamp = package_key.split('/')[1] ?? '';
    for (const reference of [package_key, filename, stamp]) {
      const { code, out, err } = await bench.run(`links renew ${reference} --expires-hours 5 --json`);
      expect({ code, err: err.slice(-300) }).toMatchObject({ code: 0 });
      expect(err).toContain('sha256 as recorded.');
      expect(json(out)).toMatchObject({ package_key, checksum, filename });
      expect(Object.keys(json(out))).toEqual(
        expect.arrayContaining(['url', 'expires', 'package_key', 'checksum', 'filename', 'created']),
      );
    }
    expect((await bench.run(`links renew ${stamp}`)).out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+\n$/);
    await made();
    const ambiguous = await bench.run('links renew 2');
    expect(ambiguous).toMatchObject({ code: 2, out: '' });
    expect(ambiguous.err).toContain(` ${stamp}`);
    expect(ambiguous.err).not.toContain('packages/');
    expect((await bench.run('links renew nothing')).code).toBe(4);
    expect((await bench.run(`links renew ${stamp} --expires-hours 1e2`)).code).toBe(2);
  });

  it('are verified: 0 the same, 1 different, 4 unknown', async () => {
    const { url, filename, package_key } = await made();
    const path = join(folder, filename);
    await writeFile(path, Buffer.from(await (await fetch(url)).arrayBuffer()));
    expect((await bench.run(`links verify ${path}`)).code).toBe(0);
    expect(json((await bench.run(`links verify ${url} --json`)).out)).toMatchObject({
      verdict: 'same',
      filename,
    });
    expect((await bench.run(`links verify ${package_key}`)).code).toBe(0);
    await writeFile(path, 'something else');
    expect((await bench.run(`links verify ${path}`)).code).toBe(1);
    await writeFile(join(folder, 'x'), 'x');
    expect((await bench.run(`links verify ${join(folder, 'x')}`)).code).toBe(4);
    expect((await bench.run('links verify https://example.com/x.zip')).code).toBe(4);
    expect((await bench.run('links verify nothing.zip')).code).toBe(4);
  });

  it('lead to packages that can be saved, and not over a file unasked', async () => {
    const { package_key, checksum } = await made();
    const path = join(folder, 'saved.zip');
    const saved = await bench.run(`links download ${package_key} --output ${path} --json`);
    expect(json(saved.out)).toMatchObject({ path, checksum, package_key });
    await writeFile(path, 'mine');
    const refused = await bench.run(`links download ${package_key} --output ${path}`);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('no terminal to ask on: There is a file');
    expect((await bench.run(`links download ${package_key} --output ${path}`, { answer: false })).code).toBe(
      1,
    );
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect((await bench.run(`links download ${package_key} --output ${path} --yes`)).code).toBe(0);
    expect((await readFile(path)).length).toBeGreaterThan(4);
    const inNone = await bench.run(`links download ${package_key} --output ${join(folder, 'none')}/`);
    expect(inNone).toMatchObject({ code: 4, out: '', err: expect.stringContaining('There is no folder') });
    await mkdir(join(folder, 'some'));
    const inSome = await bench.run(`links download ${package_key} --output ${join(folder, 'some')}/`);
    expect(inSome.out).toMatch(/\/some\/claude-code-package-.*\.zip\n$/);
  });

  it('are revoked and packages deleted after a yes, and not where nobody can be asked', async () => {
    const { package_key, url } = await made();
    for (const command of ['revoke', 'delete']) {
      expect((await bench.run(`links ${command} ${package_key}`)).code).toBe(2);
      expect((await bench.run(`links ${command} ${package_key}`, { answer: false })).code).toBe(1);
      expect((await bench.run(`links ${command} ${package_key} --yes --read-only`)).code).toBe(2);
    }
    expect((await bench.run(`links renew ${package_key} --read-only`)).code).toBe(2);
    expect((await fetch(url)).status).toBe(200);
    const revoked = await bench.run(`links revoke ${package_key} --yes --json`);
    expect({ code: revoked.code, err: revoked.err.slice(-300) }).toMatchObject({ code: 0 });
    expect(json(revoked.out)).toMatchObject({ package_key, how: 'deleted', links: [{ status: 403 }] });
    // Whoever signed it may not list the bucket: then S3 does not say that it is gone.
    expect((await fetch(url)).status).toBe(403);
    const states = json((await bench.run('links list --json')).out);
    expect(states.find((it: { package_key: string }) => it.package_key === package_key).state).toBe(
      'revoked',
    );
    expect((await bench.run(`links verify ${url}`)).code).toBe(1);
    const again = await bench.run(`links revoke ${package_key} --yes`);
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringMatching(/was revoked already, \d.*403: dead/s),
    });
    expect(json((await bench.run(`links revoke ${package_key} --yes --json`)).out)).toMatchObject({
      already_revoked: true,
      revoked_before: expect.stringMatching(/Z$/),
      versions_deleted: 0,
    });
    const other = await made();
    expect((await bench.run(`links delete ${other.package_key}`, { answer: true })).code).toBe(0);
    expect((await fetch(other.url)).status).toBe(403);
    expect((await bench.run(`links delete ${other.package_key} --yes`)).code).toBe(4);
  });

  it('are told of as revoked by distribute --get-latest, where the record could not be corrected', async () => {
    const { package_key, url } = await made();
    bench.session.setFaults(({ operation }) =>
      /^(Put|Delete)Parameter$/.test(operation)
        ? { kind: 'error', code: 'AccessDeniedException', status: 400 }
        : undefined,
    );
    try {
      expect((await bench.run(`links revoke ${package_key} --yes`)).code).toBe(1);
    } finally {
      bench.session.setFaults(undefined);
    }
    const latest = await bench.run('distribute --get-latest');
    expect(latest).toMatchObject({ code: 1, out: `${url}\n` });
    expect(latest.err).toMatch(/^This link was revoked: \d.* UTC; the record still points to it\./);
    expect(latest.err).not.toContain('Valid until');
    const asJson = await bench.run('distribute --get-latest --json');
    expect(json(asJson.out)).toMatchObject({ url, package_key, state: 'revoked' });
    await made();
    expect(json((await bench.run('distribute --get-latest --json')).out)).toMatchObject({ state: 'valid' });
  });

  it('have a help and refuse what cannot be meant', async () => {
    expect((await bench.run('links')).code).toBe(2);
    expect((await bench.run('links revoke')).code).toBe(2);
    expect((await bench.run('links list extra')).code).toBe(2);
  });
});
