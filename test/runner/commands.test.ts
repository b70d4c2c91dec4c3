import { expect, test } from 'vitest';
import { runBuildspec } from './run-buildspec.ts';

test('a build that succeeds prints what CodeBuild prints', async () => {
  const { text, phases, ended } = await runBuildspec(`version: 0.2
phases:
  build:
    commands:
      - echo hello
`);
  expect(ended.status).toBe('SUCCEEDED');
  expect(phases).toEqual([
    'DOWNLOAD_SOURCE SUCCEEDED',
    'INSTALL SUCCEEDED',
    'PRE_BUILD SUCCEEDED',
    'BUILD SUCCEEDED',
    'POST_BUILD SUCCEEDED',
    'UPLOAD_ARTIFACTS SUCCEEDED',
  ]);
  console.log(text.join('\n'));
});
