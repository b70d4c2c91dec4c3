import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsProfileSh } from '../../src/domain/package-aws-profile-sh.ts';
import { installSh } from '../../src/domain/package-install-sh.ts';
import { awsProfiles, readAwsIni } from '../support/aws-ini.ts';

let root: string;
let home: string;
let config: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccwb-aws-profile-'));
  home = join(root, 'home');
  config = join(home, '.aws/config');
  mkdirSync(join(home, '.aws'), { recursive: true });
  writeFileSync(join(root, 'install.sh'), installSh([{ name: 'ClaudeCode', region: 'eu-west-1' }]));
  // The machine's own is slow, and asked elsewhere.
  program('aws', 'exit 1');
  const signIn = '#!/bin/sh\necho \'{"AccessKeyId": "AKID"}\'\n';
  for (const target of ['linux-x64', 'linux-arm64', 'macos-arm64', 'macos-intel']) {
    writeFileSync(join(root, `credential-process-${target}`), signIn);
  }
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Each awk of this machine, which must all be the same to the script. */
const awks = [
  ['/usr/bin/awk'],
  ['/usr/bin/mawk'],
  ['/usr/bin/gawk', '--posix'],
  ['/usr/bin/original-awk'],
  ['/bin/busybox', 'awk'],
].filter(
  ([path = '']) =>
    existsSync(path) && (path === '/usr/bin/awk' || realpathSync(path) !== realpathSync('/usr/bin/awk')),
);

function install(text: string | undefined, env: Record<string, string> = {}) {
  if (text !== undefined) writeFileSync(config, text);
  const { status, stdout, stderr } = spawnSync('/bin/sh', [join(root, 'install.sh')], {
    env: { HOME: home, PATH: searched(), ...env },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return { stdout, config: readFileSync(config, 'utf8') };
}

/** Our two lines, at this depth and with these line ends. */
const ours = (end = '\n', pad = '') =>
  `${pad}credential_process = /b/credential-process --profile ClaudeCode${end}${pad}region = eu-west-1${end}`;

/** A program in the path before all others. */
function program(name: string, text: string): Record<string, string> {
  mkdirSync(join(root, 'bin'), { recursive: true });
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
  return { PATH: searched() };
}

const searched = () => `${join(root, 'bin')}:/usr/bin:/bin`;

describe.skipIf(platform() === 'win32')('the AWS profile that install.sh sets', () => {
  it.each<[string, string, () => string]>([
    [
      'a comment',
      '[profile ClaudeCode] # mine\na = b\n',
      () => `[profile ClaudeCode] # mine\n${ours()}a = b\n`,
    ],
    ['another comment', '[profile ClaudeCode] ; x\n', () => `[profile ClaudeCode] ; x\n${ours()}`],
    ['quotes', '[profile "ClaudeCode"]\n', () => `[profile "ClaudeCode"]\n${ours()}`],
    ['single quotes', "[profile 'ClaudeCode']\n", () => `[profile 'ClaudeCode']\n${ours()}`],
    ['many blanks', '[ profile  ClaudeCode ]\na = b\n', () => `[profile ClaudeCode]\n${ours()}a = b\n`],
    ['a bracket behind', '[profile ClaudeCode] # [x]\n', () => `# [x]\n[profile ClaudeCode]\n${ours()}`],
    ['something behind', '[profile ClaudeCode]x\r\n', () => `# x\r\n[profile ClaudeCode]\r\n${ours('\r\n')}`],
    [
      'keys of other case',
      '[profile ClaudeCode]\nREGION = q\nOutput = json\nCredential_Process =\n  two words\n',
      () => `[profile ClaudeCode]\n${ours()}Output = json\n`,
    ],
    ['colons', '[profile ClaudeCode]\nregion: q\n', () => `[profile ClaudeCode]\n${ours()}`],
    [
      'keys below a key',
      '[profile ClaudeCode]\ns3 =\n  region = mine\n  max = 1\n# c\n',
      () => `[profile ClaudeCode]\n${ours()}s3 =\n  region = mine\n  max = 1\n# c\n`,
    ],
    [
      'everything indented',
      '[default]\n  [profile ClaudeCode]\n  region = q\n  output = json\n',
      () => `[default]\n  [profile ClaudeCode]\n${ours('\n', '  ')}  output = json\n`,
    ],
    [
      'line ends of Windows, the last one missing',
      '[profile ClaudeCode]\r\nregion = q\r\noutput = json',
      () => `[profile ClaudeCode]\r\n${ours('\r\n')}output = json`,
    ],
    ['a header at the very end', '[profile ClaudeCode]', () => `[profile ClaudeCode]\n${ours()}`],
    [
      'another last line without its end',
      '[default]\r\na = b',
      () => `[default]\r\na = b\r\n\r\n[profile ClaudeCode]\r\n${ours('\r\n')}`,
    ],
    [
      'a header inside a value',
      '[default]\na =\n  [profile ClaudeCode]\n',
      () => `[default]\na =\n  [profile ClaudeCode]\n\n[profile ClaudeCode]\n${ours()}`,
    ],
    [
      'an open quote',
      '[profile "ClaudeCode]\na = b\n',
      () => `[profile "ClaudeCode]\na = b\n\n[profile ClaudeCode]\n${ours()}`,
    ],
    [
      'two ways to write it',
      '[profile ClaudeCode]\na = b\n[profile "ClaudeCode"]\nregion = q\n',
      () => `[profile ClaudeCode]\n${ours()}a = b\n[profile "ClaudeCode"]\n${ours()}`,
    ],
  ])('is set once where the file has %s', (_, before, after) => {
    writeFileSync(config, before);
    const [written = ''] = setUp([config], { PATH: searched() });
    expect(written).toBe(after());
    expect(awsProfiles(written).ClaudeCode).toMatchObject({ region: 'eu-west-1' });
    expect(setUp([config], { PATH: searched() })).toEqual([written]);
  });

  it.each(awks)(
    'is what botocore reads afterwards, in any file that it read before, by %s',
    (path, ...rest) => {
      const env = program('awk', `exec ${[path, ...rest].join(' ')} "$@"`);
      const files = fc.sample(anyFile, 40).filter(isRead);
      expect(files.length).toBeGreaterThan(15);
      const names = files.map((_, index) => join(root, `config-${index}`));
      for (const [index, name] of names.entries()) writeFileSync(name, files[index] ?? '');
      const written = setUp(names, env);
      for (const [index, text] of files.entries()) {
        const { ClaudeCode: was, ...others } = awsProfiles(text);
        const { ClaudeCode: is = {}, ...same } = awsProfiles(written[index] ?? '');
        expect(same).toEqual(others);
        const set = {
          region: 'eu-west-1',
          credential_process: '/b/credential-process --profile ClaudeCode',
        };
        expect(is).toMatchObject(set);
        // A header that botocore did not read may be set right, and what stands below it is then read too.
        if (was) expect(is).toEqual({ ...was, ...set });
      }
      expect(setUp(names, env)).toEqual(written);
    },
  );
});

/** Sets the profile in each of these files, by the functions of the installer alone. */
function setUp(names: readonly string[], env: Record<string, string>): string[] {
  const script = `set -eu; say() { :; }; bin_dir=/b; aws_credentials=/none; overruled=''
${awsProfileSh}
for aws_config in "$@"; do set_up_profile ClaudeCode eu-west-1; done`;
  const { status, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', ...names], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return names.map((name) => readFileSync(name, 'utf8'));
}

const anyFile = fc
  .record({
    sections: fc.array(
      fc.tuple(
        fc.constantFrom(
          ...['[profile ClaudeCode]', '[profile ClaudeCode] # mine', '[profile "ClaudeCode"]', '[profile x]'],
          ...['[ profile  ClaudeCode ]', '[profile  ClaudeCode]', '  [profile ClaudeCode]', '[default]'],
          ...['[profile ClaudeCode]# [mine]', '[profile ClaudeCode2]', '[sso-session ClaudeCode]'],
        ),
        fc.array(
          fc.constantFrom(
            ...['region = q', 'REGION=q', 'Credential_Process = foo', 'credential_process: foo', 's3 =', ''],
            ...['  region = nested', '  max = 1', '# c', '\tx = y', 'regional = z', '    deep = 1'],
          ),
          { maxLength: 5 },
        ),
      ),
      { maxLength: 4 },
    ),
    end: fc.constantFrom('\n', '\r\n'),
    last: fc.boolean(),
  })
  .map(({ sections, end, last }) => {
    const lines = sections.flatMap(([header, keys]) => [header, ...keys]);
    return lines.join(end) + (last && lines.length > 0 ? end : '');
  });

function isRead(text: string): boolean {
  try {
    readAwsIni(text);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(platform() === 'win32')('settings that go before the sign-in', () => {
  const works = 'Installed. Signing in works.';
  const overruled = 'The sign-in itself works, but AWS programs may not use it';

  it.each([
    ['sso_session = corp', 'sso_session'],
    ['SSO_Start_URL = https://x', 'sso_start_url'],
    ['role_arn = arn\nsource_profile = y', 'role_arn, source_profile'],
    ['credential_source = Environment', 'credential_source'],
    ['aws_access_key_id = A\naws_secret_access_key = B', 'aws_access_key_id'],
  ])('are named and kept: %s', (lines, names) => {
    const { stdout, config: written } = install(
      `[profile ClaudeCode]\n${lines}\n[profile other]\nrole_arn = x\n`,
    );
    expect(written).toContain(`region = eu-west-1\n${lines}\n`);
    expect(stdout).toContain(`  in ${config}: ${names}\n`);
    expect(stdout).toContain('take these lines out of the section of ClaudeCode');
    expect(stdout).toContain(overruled);
    expect(stdout).not.toContain(works);
  });

  it('are found in the credentials, wherever these are', () => {
    const own = join(home, '.aws/credentials');
    writeFileSync(own, '[default]\naws_access_key_id = A\n[ClaudeCode] ; old\nAWS_ACCESS_KEY_ID = A\n');
    const { stdout } = install(undefined);
    expect(stdout).toContain(`  in ${own}: aws_access_key_id\n`);
    expect(stdout).not.toContain(works);
    const other = join(home, 'elsewhere');
    writeFileSync(other, '[ClaudeCode]\ncredential_process = mine\n');
    const env = { AWS_SHARED_CREDENTIALS_FILE: other };
    expect(install(undefined, env).stdout).toContain(`  in ${other}: credential_process\n`);
    rmSync(own);
    expect(install(undefined).stdout).toContain(works);
  });

  it('are none where they belong to another profile, or to a key of this one', () => {
    const text =
      '[profile x]\nsso_session = a\n[profile ClaudeCode]\ns3 =\n  role_arn = x\n[default]\nrole_arn = y\n';
    writeFileSync(join(home, '.aws/credentials'), '[default]\naws_access_key_id = A\n');
    const { stdout } = install(text);
    expect(stdout).not.toContain('ATTENTION');
    expect(stdout).toContain(works);
  });

  it.each([
    ['[default]\n[profile x]\na = b\n[default]\n', '4: [default]'],
    ['[profile x]\nREGION = b\nregion = c\n', '3: region = c'],
  ])('are also lines that make the whole file unreadable: %j', (text, where) => {
    expect(() => readAwsIni(text)).toThrow(/already exists/);
    const { stdout, config: written } = install(text);
    expect(written.startsWith(text)).toBe(true);
    expect(stdout).toContain(
      `AWS programs refuse the whole of ${config}: it says twice what is in line ${where}\n`,
    );
    expect(stdout).not.toContain(works);
  });

  it.each([
    ['  access_key  ****************AKID   custom-process', works],
    ['  access_key  ****************AKID   env', 'aws configure list --profile ClaudeCode'],
    ['Unable to parse config file: /x', 'aws configure list --profile ClaudeCode'],
    ['aws: cannot be started', works],
  ])('are asked of the aws program where it is here: %j', (answer, said) => {
    const { stdout } = install(undefined, program('aws', `echo '${answer}'`));
    expect(stdout).toContain(said);
    expect(stdout.includes(works)).toBe(said === works);
  });
});
