import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { composeEnvironment } from '../../src/runner/environment.ts';
import { makeWorkspace, runBuildspec } from './run-buildspec.ts';

const places = {
  platform: 'linux',
  nodePath: '/opt/node/bin/node',
  sourceDir: '/b/src',
  homeDir: '/b/home',
  tempDir: '/b/tmp',
} as const;

test('StartBuild and project variables beat the buildspec, this build beats both', () => {
  const environment = composeEnvironment(
    {
      buildspec: { A: 'spec', B: 'spec', CODEBUILD_BUILD_ID: 'forged', PWD: '/', 'not-a-name': 'x' },
      request: { B: 'request', AWS_REGION: 'request', CODEBUILD_SRC_DIR: '/' },
      reserved: { AWS_REGION: 'reserved', CODEBUILD_BUILD_ID: 'p:1' },
    },
    places,
  );
  expect(Object.fromEntries(environment)).toEqual({
    PATH: '/opt/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/b/home',
    TMPDIR: '/b/tmp',
    LANG: 'C.UTF-8',
    PWD: '/b/src',
    A: 'spec',
    B: 'request',
    AWS_REGION: 'reserved',
    CODEBUILD_BUILD_ID: 'p:1',
    CODEBUILD_SRC_DIR: '/b/src',
  });
});

test('a command sees the build’s environment and nothing of ours', async () => {
  const workspace = await makeWorkspace();
  const dump = 'node -e "console.log(JSON.stringify(process.env))"';
  const { text } = await runBuildspec(
    `version: 0.2
env:
  variables:
    LITERAL: "$PATH:'quoted' \\"twice\\""
    NUMBER: 1.10
    WORD: yes
phases:
  build:
    commands:
      - ${dump}
`,
    { workspace, request: { variables: { FROM_PROJECT: 'p' }, reserved: { CODEBUILD_BUILD_ID: 'proj:1' } } },
  );
  const shown = text[text.indexOf(`Running command ${dump}`) + 1] ?? '';
  const { _, SHLVL, OLDPWD, ...environment } = JSON.parse(shown) as Record<string, string>;
  const { sourceDir, scratchDir } = workspace;
  expect(environment).toEqual({
    PATH: expect.stringMatching(new RegExp(`^${dirname(process.execPath)}:.*/usr/bin:`)),
    HOME: `${scratchDir}/home`,
    TMPDIR: `${scratchDir}/tmp`,
    LANG: expect.stringMatching(/UTF-8/),
    PWD: sourceDir,
    CODEBUILD_SRC_DIR: sourceDir,
    CODEBUILD_BUILD_ID: 'proj:1',
    CODEBUILD_BUILD_SUCCEEDING: '1',
    FROM_PROJECT: 'p',
    LITERAL: `$PATH:'quoted' "twice"`,
    NUMBER: '1.10',
    WORD: 'yes',
  });
});
