import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { formatOf, headBytes } from '../../src/domain/binary-format.ts';
import { checkPackage } from '../../src/domain/package-check.ts';
import { defaultUnpackLimits, unpackZip } from '../../src/runner/unpack-zip.ts';
import { targetOf } from '../../src/sandbox/account.ts';
import { readZip } from './read-zip.ts';
import { makeWorkspace, type RunResult, runBuildspec, type Workspace } from './run-buildspec.ts';

const sampleDir = fileURLToPath(new URL('../../sample', import.meta.url));
const run = promisify(execFile);
/** As the sandbox sets it, on the platform of these tests. */
const target = targetOf(process.platform, process.arch);

/** Builds a copy of the sample with short rounds. */
async function build(
  change?: (workspace: Workspace) => Promise<void>,
): Promise<RunResult & { workspace: Workspace }> {
  const workspace = await makeWorkspace();
  await cp(sampleDir, workspace.sourceDir, { recursive: true });
  await change?.(workspace);
  const variables = { CCWB_TARGET: target, SAMPLE_ROUND_MS: '4' };
  return { workspace, ...(await runBuildspec(undefined, { workspace, request: { variables } })) };
}

async function edit(workspace: Workspace, path: string, from: string, to: string): Promise<void> {
  const file = join(workspace.sourceDir, path);
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
}

/** Starts the programs of a build's artifact as a user would. */
async function tryPrograms({ workspace, ended }: Awaited<ReturnType<typeof build>>): Promise<void> {
  const dir = join(workspace.dir, 'unpacked');
  await unpackZip(ended.artifact?.path ?? '', dir, defaultUnpackLimits, new AbortController().signal);
  // Whatever the format that a package.json around them sets.
  await writeFile(join(dir, 'package.json'), '{"type":"module"}');
  const program = join(dir, `credential-process-${target}`);
  const { stdout } = await run(process.execPath, [program, '--profile', 'ClaudeCode']);
  const credentials = JSON.parse(stdout);
  expect(credentials).toEqual({
    Version: 1,
    AccessKeyId: expect.stringMatching(/^ASIASAMPLE/),
    SecretAccessKey: expect.stringContaining('SAMPLE'),
    SessionToken: expect.stringContaining('SAMPLE'),
    Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
  await expect(run(process.execPath, [program, '--profile', 'other'])).rejects.toMatchObject({
    code: 1,
    stderr: 'credential-process: config.json has no profile other; it has: ClaudeCode\n',
  });
  await expect(run(process.execPath, [program, '--what'])).rejects.toMatchObject({ code: 2 });
  const helper = await run(process.execPath, [join(dir, `otel-helper-${target}`)]);
  expect(JSON.parse(helper.stdout)).toMatchObject({ 'x-user-email': 'sample.user@example.com' });
}

test('the sample builds for real: the same source gives the same programs, a changed one others', async () => {
  const changed = (workspace: Workspace): Promise<void> =>
    edit(workspace, 'source/shared/identity.js', 'sample.user@', 'sample.person@');
  const builds = await Promise.all([
    build(),
    build(),
    build(async (workspace) => {
      await changed(workspace);
      await edit(workspace, 'tests/otel-helper/main.js', 'sample.user@', 'sample.person@');
    }),
  ]);
  expect(builds.map(({ ended }) => ended.status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(builds[0].lines.length).toBeGreaterThan(200);
  const [first = [], again, other = []] = await Promise.all(
    builds.map(({ ended }) => readZip(ended.artifact?.path ?? '')),
  );
  expect(first.map(({ name, mode }) => `${name} ${mode.toString(8)}`)).toEqual([
    'checksums.txt 100644',
    'config.json 100644',
    `credential-process-${target} 100755`,
    'install.bat 100644',
    'install.sh 100755',
    `otel-helper-${target} 100755`,
  ]);
  expect(again).toEqual(first);
  for (const host of ['linux-x64', 'linux-arm64', 'macos-arm64', 'macos-intel'] as const) {
    // Shipped, it is neither refused nor asked about, whatever machine the sandbox runs on.
    const files = first.map(({ name, text }) => {
      const bytes = Buffer.from(text);
      const path = name.replace(target, host);
      return { path, size: bytes.length, origin: 'sample', format: formatOf(bytes.subarray(0, headBytes)) };
    });
    const findings = checkPackage(files, [{ id: 'sample', target: host }], { monitoring: true });
    expect(findings.map(({ severity }) => severity)).toEqual(['note', 'note']);
  }
  await tryPrograms(builds[0]);
  const differing = other.filter(({ text }, index) => text !== first[index]?.text).map(({ name }) => name);
  expect(differing).toEqual(['checksums.txt', `credential-process-${target}`, `otel-helper-${target}`]);
});

test('a broken source fails the build and says where', async () => {
  const { ended, text } = await build((workspace) =>
    edit(workspace, 'source/otel-helper/user-id.js', "'hex'", "'base64'"),
  );
  expect(ended.status).toBe('FAILED');
  expect(text.join('\n')).toMatch(/error: test failed: looks like a UUID/);
  expect(text).toContain('Command did not exit successfully node tools/compile.js otel-helper exit status 1');
});
