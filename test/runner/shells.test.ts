import { accessSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { shellFiles, writeInitialState } from '../../src/runner/shell-files.ts';
import { createShellSession } from '../../src/runner/shell-session.ts';
import { makeWorkspace, realClock } from './run-buildspec.ts';

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/** What /bin/sh is, here or elsewhere: dash, busybox, bash in its POSIX mode (macOS, Fedora). */
const shells = ['/bin/sh', '/bin/dash', '/bin/bash', '/bin/busybox', '/bin/zsh'].filter(exists);

test.each(shells)('%s called sh keeps folder, variables and exit status', async (shell) => {
  const { dir, sourceDir } = await makeWorkspace();
  const shellPath = join(dir, 'sh');
  await symlink(shell, shellPath);
  const files = shellFiles(join(dir, 'shell files'));
  await mkdir(join(dir, 'shell files'));
  const awkward = `it's "quoted" \\ $HOME \`x\`\nsecond line`;
  await writeInitialState(
    files,
    new Map([
      ['PATH', '/usr/bin:/bin'],
      ['GIVEN', awkward],
      ['PWD', sourceDir],
    ]),
  );
  const lines: string[] = [];
  const session = createShellSession(
    {
      files,
      shellPath,
      cwd: sourceDir,
      traces: { marks: [], folders: [] },
      token: 'token',
      clock: realClock,
      platform: process.platform,
      grace: { graceMs: 10_000, pollMs: 10 },
      onLines: (more) => void lines.push(...more),
    },
    new AbortController().signal,
  );
  onTestFinished(() => session.close());
  const run = async (command: string): Promise<string[]> => {
    lines.length = 0;
    const end = await session.run(command, true);
    return [...lines, end.kind === 'exited' ? String(end.code) : end.kind];
  };
  expect(await run('printf "%s\\n" "$GIVEN"')).toEqual([...awkward.split('\n'), '0']);
  expect(await run('mkdir "a b"; cd "a b"; COPY=$GIVEN; export COPY; IFS=:; readonly FIXED=1')).toEqual([
    '0',
  ]);
  expect(
    await run('echo "${PWD##*/}"; [ "$COPY" = "$GIVEN" ] && sh -c \'[ -n "$COPY" ]\' && echo same'),
  ).toEqual(['a b', 'same', '0']);
  expect(await run('x=a:b; printf "%s\\n" $x')).toEqual(['a', 'b', '0']);
  expect(await run('exit 3')).toEqual(['3']);
  expect(await run('echo $CODEBUILD_LAST_EXIT; set -eu; false')).toEqual(['3', '1']);
  expect(await run('cd - >/dev/null; echo "${PWD##*/}"')).toEqual(['src', '0']);
});
