import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { editAwsConfig, nameStronger } from '../../src/domain/package-aws-profile-bat.ts';
import { awsProfileSh } from '../../src/domain/package-aws-profile-sh.ts';
import { targetOf } from '../../src/sandbox/account.ts';
import { makeWorkspace } from './run-buildspec.ts';

const installer = fileURLToPath(new URL('../../sample/installers/install.sh', import.meta.url));
const target = targetOf(process.platform, process.arch);
const program = '#!/bin/sh\necho \'{"AccessKeyId":"x"}\'\n';

type Package = { dir: string; home: string; config: string };

/** A package of small programs beside the real installer, and a home with a space in its name. */
async function makePackage(awsConfig?: string): Promise<Package> {
  const { dir: parent } = await makeWorkspace();
  const [dir, home] = [join(parent, 'a package'), join(parent, 'a home')];
  await mkdir(dir);
  await mkdir(join(home, '.aws'), { recursive: true });
  await copyFile(installer, join(dir, 'install.sh'));
  const config = join(home, '.aws', 'config');
  if (awsConfig !== undefined) await writeFile(config, awsConfig);
  const lines: string[] = [];
  for (const name of [`credential-process-${target}`, `otel-helper-${target}`]) {
    await writeFile(join(dir, name), program);
    await chmod(join(dir, name), 0o755);
    lines.push(`${createHash('sha256').update(program).digest('hex')}  ${name}\n`);
  }
  lines.push(`${'0'.repeat(64)}  credential-process-windows.exe\n`);
  const configText = '{"ClaudeCode": {"aws_region": "eu-central-1"}}';
  await writeFile(join(dir, 'config.json'), configText);
  lines.push(`${createHash('sha256').update(configText).digest('hex')}  config.json\n`);
  await writeFile(join(dir, 'checksums.txt'), lines.join(''));
  return { dir, home, config };
}

type Ended = { code: number; stdout: string; stderr: string };

function install({ dir, home }: Package): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { HOME: home, PATH: process.env.PATH };
    execFile('/bin/sh', [join(dir, 'install.sh')], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const profile = (home: string): string =>
  `[profile ClaudeCode]\ncredential_process = "${home}/claude-code-with-bedrock/credential-process" --profile ClaudeCode\nregion = eu-central-1\n`;

test('the installer puts the programs in place, sets the profile and tests the sign-in; again it changes nothing', async () => {
  const made = await makePackage();
  const first = await install(made);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('Signing in works.');
  expect(await readFile(made.config, 'utf8')).toBe(profile(made.home));
  expect((await stat(made.config)).mode & 0o077).toBe(0);
  const again = await install(made);
  expect(again).toMatchObject({ code: 0, stderr: '', stdout: first.stdout });
  expect(await readFile(made.config, 'utf8')).toBe(profile(made.home));
  expect((await readdir(join(made.home, 'claude-code-with-bedrock'))).sort()).toEqual([
    'config.json',
    'credential-process',
    'otel-helper',
  ]);
});

test('the installer keeps other profiles, other keys and comments', async () => {
  const before =
    '[default]\nregion = a\n\n[profile ClaudeCode] # ours\noutput = json\nREGION = old\n# mine\n[profile x]\nregion = b\n';
  const made = await makePackage(before);
  expect((await install(made)).code).toBe(0);
  const [, process, region] = profile(made.home).split('\n');
  expect(await readFile(made.config, 'utf8')).toBe(
    `[default]\nregion = a\n\n[profile ClaudeCode] # ours\n${process}\n${region}\noutput = json\n# mine\n[profile x]\nregion = b\n`,
  );
});

test.each([
  [
    'a damaged program',
    async ({ dir }: Package) => writeFile(join(dir, `otel-helper-${target}`), '#!/bin/sh\n'),
    'is damaged',
  ],
  [
    'a program that checksums.txt does not have',
    async ({ dir }: Package) => {
      const list = await readFile(join(dir, 'checksums.txt'), 'utf8');
      const others = list.split('\n').filter((line) => !line.includes(`otel-helper-${target}`));
      await writeFile(join(dir, 'checksums.txt'), others.join('\n'));
    },
    `otel-helper-${target} is not in checksums.txt`,
  ],
  [
    'another machine’s package',
    async ({ dir }: Package) => rm(join(dir, `otel-helper-${target}`)),
    'was made for other machines',
  ],
])('the installer refuses %s and changes nothing', async (_, spoil, message) => {
  const made = await makePackage('[default]\n');
  await spoil(made);
  const { code, stderr } = await install(made);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(await readdir(made.home)).toEqual(['.aws']);
  expect(await readFile(made.config, 'utf8')).toBe('[default]\n');
});

test('the installer says so where signing in fails', async () => {
  const made = await makePackage();
  const path = join(made.dir, `credential-process-${target}`);
  await writeFile(path, '#!/bin/sh\nexit 1\n');
  await rm(join(made.dir, 'checksums.txt'));
  expect(await install(made)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('signing in does not work'),
  });
});

test('the installer does not say that signing in works where the profile goes by something else', async () => {
  const made = await makePackage('[profile ClaudeCode]\nsso_session = corp\n');
  const { code, stdout } = await install(made);
  expect(code).toBe(0);
  expect(stdout).toContain(`  in ${made.config}: sso_session\n`);
  expect(stdout).not.toContain('Signing in works');
});

test('the installer finds its own folder whatever CDPATH says', async () => {
  const made = await makePackage();
  const other = join(made.dir, '../other');
  await mkdir(join(other, 'a package'), { recursive: true });
  const answer = await new Promise<Ended>((resolve) => {
    const env = { HOME: made.home, PATH: process.env.PATH, CDPATH: other };
    const options = { env, cwd: join(made.dir, '..') };
    execFile('/bin/sh', ['a package/install.sh'], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
  expect(answer).toMatchObject({ code: 0, stderr: '' });
});

test('the installers of the sample set the AWS profile as those of a real package do', async () => {
  expect(await readFile(installer, 'utf8')).toContain(awsProfileSh);
  const bat = await readFile(join(installer, '..', 'install.bat'), 'utf8');
  const fragments = [...bat.matchAll(/ -Command "([^"]*)"/g)].map(([, text]) => text ?? '');
  expect(fragments.filter((text) => text.endsWith(editAwsConfig.join('; ')))).toHaveLength(1);
  expect(fragments.filter((text) => text.endsWith(nameStronger.join('; ')))).toHaveLength(1);
});

test('the Windows installer has the line ends of Windows', async () => {
  const text = await readFile(join(installer, '..', 'install.bat'), 'utf8');
  expect(
    text
      .split('\n')
      .slice(0, -1)
      .every((line) => line.endsWith('\r')),
  ).toBe(true);
});
