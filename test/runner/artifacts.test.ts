import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readZip } from './read-zip.ts';
import { makeWorkspace, type RunResult, runBuildspec, type Workspace } from './run-buildspec.ts';

const files = {
  'a.txt': 'a',
  '.hidden': 'h',
  'out/one.js': '1',
  'out/one.js.map': 'm',
  'out/deep/two.js': '2',
  'build-x/app': 'x',
  'build-y/app': 'y',
};

function run(artifacts: string, workspace: Workspace): Promise<RunResult> {
  return runBuildspec(`version: 0.2\nphases: {}\nartifacts:\n${artifacts}`, { workspace });
}

/** Names in the artifact of a build, sorted; the failure where there is none. */
async function names(artifacts: string, workspace?: Workspace): Promise<string[]> {
  const result = await run(artifacts, workspace ?? (await makeWorkspace(files)));
  const { artifact, status } = result.ended;
  if (artifact === undefined) return [status, result.text.at(-1) ?? ''];
  return (await readZip(artifact.path)).map((entry) => entry.name).sort();
}

describe('which files are packed', () => {
  test.each([
    ['files: ["**/*"]', Object.keys(files).sort()],
    ['files: ["*"]', ['.hidden', 'a.txt']],
    ['files: ["out/*"]', ['out/one.js', 'out/one.js.map']],
    ['files: ["./out/**/*.js", a.txt]', ['a.txt', 'out/deep/two.js', 'out/one.js']],
    ['files: ["**/*"]\n  base-directory: out\n  exclude-paths: ["**/*.map"]', ['deep/two.js', 'one.js']],
    ['files: ["**/*.js"]\n  discard-paths: yes', ['one.js', 'two.js']],
    ['files: ["**/*"]\n  base-directory: "build-*"', ['app']],
    ['files: [nothing, a.txt]', ['a.txt']],
    [
      'files: [out]',
      ['FAILED', expect.stringContaining('CLIENT_ERROR Message: no matching artifact paths found')],
    ],
    [
      'files: ["**/*"]\n  base-directory: gone',
      ['FAILED', expect.stringContaining('no matching artifact paths found')],
    ],
  ])('%s', async (artifacts, expected) => {
    expect(await names(`  ${artifacts}\n`)).toEqual(expected);
  });
});

test('the log tells which patterns found nothing', async () => {
  const { text } = await run(
    '  files: [missing, "out/*"]\n  base-directory: .\n',
    await makeWorkspace(files),
  );
  expect(text.slice(text.indexOf('Expanding base directory path: .'))).toEqual([
    'Expanding base directory path: .',
    'Assembling file list',
    'Expanding .',
    'Expanding file paths for base directory .',
    'Assembling file list',
    'Expanding missing',
    'Skipping invalid file path missing',
    'Expanding out/*',
    'Found 2 file(s)',
    'Phase complete: UPLOAD_ARTIFACTS State: SUCCEEDED',
    'Phase context status code:  Message: ',
  ]);
});

test('the zip keeps modes and contents, and its checksums are those of the file', async () => {
  const workspace = await makeWorkspace({ tool: '#!/bin/sh\n', plain: 'text' });
  await chmod(join(workspace.sourceDir, 'tool'), 0o755);
  await chmod(join(workspace.sourceDir, 'plain'), 0o640);
  const { ended } = await run('  files: ["**/*"]\n', workspace);
  const artifact = ended.artifact ?? expect.fail('no artifact');
  expect(await readZip(artifact.path)).toEqual([
    { name: 'plain', mode: 0o100640, text: 'text' },
    { name: 'tool', mode: 0o100755, text: '#!/bin/sh\n' },
  ]);
  const bytes = await readFile(artifact.path);
  expect(artifact).toEqual({
    path: join(workspace.scratchDir, 'artifact.zip'),
    size: (await stat(artifact.path)).size,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    md5: createHash('md5').update(bytes).digest('hex'),
  });
});

test('links: a file of the source is packed as it is, others are left out; or all stay links', async () => {
  const workspace = await makeWorkspace({ 'a.txt': 'a', 'dir/b': 'b' });
  await writeFile(join(workspace.dir, 'secret'), 's');
  await symlink('a.txt', join(workspace.sourceDir, 'inside'));
  await symlink('../secret', join(workspace.sourceDir, 'outside'));
  await symlink('dir', join(workspace.sourceDir, 'folder'));
  const followed = await run('  files: ["*"]\n', workspace);
  expect(await readZip(followed.ended.artifact?.path ?? '')).toEqual([
    expect.objectContaining({ name: 'a.txt' }),
    expect.objectContaining({ name: 'inside', text: 'a' }),
  ]);
  expect(followed.text).toContain('Skipping symbolic link outside');
  const kept = await run('  files: ["*"]\n  enable-symlinks: yes\n', workspace);
  const links = (await readZip(kept.ended.artifact?.path ?? '')).filter(
    (entry) => (entry.mode & 0o170000) === 0o120000,
  );
  expect(links.map((entry) => [entry.name, entry.text])).toEqual([
    ['folder', 'dir'],
    ['inside', 'a.txt'],
    ['outside', '../secret'],
  ]);
});

test('a failed build still leaves its artifacts, a stopped one does not', async () => {
  const workspace = await makeWorkspace();
  await mkdir(join(workspace.sourceDir, 'out'));
  const { ended } = await runBuildspec(
    'version: 0.2\nphases:\n  build:\n    commands: ["echo x > out/x", "false"]\nartifacts:\n  files: ["out/*"]\n',
    { workspace },
  );
  expect(ended).toMatchObject({ status: 'FAILED', artifact: { size: expect.any(Number) } });
});

test('a file that cannot be packed fails the build and leaves no zip', async () => {
  const workspace = await makeWorkspace({ a: 'a' });
  await mkdir(join(workspace.scratchDir, 'artifact.zip'));
  const { ended, text } = await run('  files: ["**/*"]\n', workspace);
  expect(ended.status).toBe('FAILED');
  expect(ended.artifact).toBeUndefined();
  expect(text.at(-1)).toContain('CLIENT_ERROR Message: cannot pack the artifacts');
});
