import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { targetOf } from '../../src/sandbox/account.ts';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { keys, startInPty } from '../support/pty.ts';

let program: BuiltProgram;

beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const run = (...args: string[]) => program.run(args);

const target = targetOf(process.platform, process.arch);
const buildspec = `version: 0.2
phases:
  build:
    commands:
      - echo "hello from the buildspec"
      - mkdir out
      - for name in credential-process otel-helper; do printf '#!/bin/sh\\n' > "out/$name-${target}"; done
artifacts:
  base-directory: out
  files: ['**/*']
`;

describe('without a terminal', () => {
  it('builds a folder of the user, prints its log, ships it, and other commands agree', async () => {
    const source = join(program.home, 'my-project');
    await mkdir(source);
    await writeFile(join(source, 'buildspec.yml'), buildspec);

    const shipped = await run('package', '--source', source, '--distribute', '--wait');
    expect(shipped).toMatchObject({ code: 0 });
    expect(shipped.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\S+\n$/);
    expect(shipped.stderr).toContain('hello from the buildspec');
    expect((await fetch(shipped.stdout.trim())).status).toBe(200);
    expect(await run('distribute', '--get-latest', '--sandbox')).toMatchObject({ stdout: shipped.stdout });

    const [build] = JSON.parse((await run('builds', '--sandbox', '--json')).stdout);
    const noted = JSON.parse(await readFile(join(program.home, '.claude-code', 'latest-build.json'), 'utf8'));
    expect(noted).toMatchObject({ build_id: build.id, project: build.project });
    const table = (await run('builds', '--sandbox')).stdout;
    expect(table).toMatch(/^Build\tStatus\t/);
    expect(table).toContain(build.id.split(':')[1].slice(0, 8));
    expect((await run('builds', '--sandbox', '--ascii')).stdout).toMatch(/^[\x20-\x7e\t\n]+$/);
    expect((await run('logs', 'latest', '--sandbox', '--filter', '^hello')).stdout).toBe(
      'hello from the buildspec\n',
    );
    expect(await run('build', build.id.slice(-12), '--sandbox')).toMatchObject({ code: 4 });

    const { bin, home, env } = program;
    const args = [bin, 'links', 'list', '--sandbox'];
    const terminal = startInPty(process.execPath, args, { columns: 80, cwd: home, env });
    try {
      expect((await terminal.ended).exitCode).toBe(0);
      const rows = terminal.rows().filter((row) => row !== '');
      expect(rows).toHaveLength(5);
      for (const row of rows) expect(row).toMatch(/^(┌.*┐|├.*┤|│.*│|└.*┘)$/);
      expect(rows[1]).toMatch(/│ Package +│ Link +│ Until +│/);
      expect(rows[3]).toMatch(/ \d{8}-\d{6} │ valid 47h\d\dm │/);
    } finally {
      await terminal.dispose();
    }

    const key = new URL(shipped.stdout).pathname.replace(/^.*(?=packages)/, '');
    const asked = startInPty(process.execPath, [bin, 'links', 'revoke', key, '--sandbox'], {
      cwd: home,
      env,
    });
    try {
      await asked.waitFor('[y/N]');
      asked.send(keys.ctrlC);
      expect((await asked.ended).exitCode).toBe(130);
      expect(asked.text()).toMatch(/^Cancelled before it began: nothing was changed\.$/m);
      expect((await fetch(shipped.stdout.trim())).status).toBe(200);
    } finally {
      await asked.dispose();
    }
  }, 120_000);

  it('says each mistake in one message with its exit code, and changes nothing', async () => {
    const mistakes: [string[], number, string][] = [
      [['frobnicate'], 2, 'Unknown command'],
      [['builds', '--frob'], 2, 'Unknown option'],
      [['distribute', '--expires-hours', '169', '--sandbox'], 2, '169'],
      [['builds', '--profile', 'nobody', '--sandbox'], 4, 'nobody'],
      [['build', 'deadbeef', '--sandbox'], 4, 'deadbeef'],
      [['distribute', '--package-path', join(program.home, 'missing'), '--sandbox'], 4, 'missing'],
      [['builds', '--source', join(program.home, 'missing')], 4, 'missing'],
      [['builds', '--region', 'us-east-1', '--endpoint-url', 'http://127.0.0.1:9'], 3, 'credentials'],
      [[], 2, 'needs a terminal'],
    ];
    for (const [args, code, text] of mistakes) {
      const printed = await run(...args);
      expect(printed, args.join(' ')).toMatchObject({ code, stdout: '' });
      expect(printed.stderr.toLowerCase(), args.join(' ')).toContain(text.toLowerCase());
      expect(printed.stderr.trimEnd().split('\n').length, printed.stderr).toBeLessThanOrEqual(2);
    }
  }, 120_000);

  it('leaves a broken settings file as it is and says which it is', async () => {
    const folder = join(program.home, '.config', 'ccwb-tui');
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'settings.json');
    await writeFile(file, '{ broken');
    try {
      const printed = await run('builds', '--sandbox');
      expect(printed).toMatchObject({ code: 2, stdout: '' });
      expect(printed.stderr).toContain(file);
      expect(await readFile(file, 'utf8')).toBe('{ broken');
    } finally {
      await writeFile(file, '{}');
    }
  });
});
