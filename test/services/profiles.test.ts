import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseProfile } from '../../src/services/choose-profile.ts';
import { createProfiles, findProfiles } from '../../src/services/profiles.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ccwb-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function put(path: string, content: unknown): Promise<void> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

const options = (env: Record<string, string> = {}, cwd = join(home, 'work/deep')) => ({ home, cwd, env });
const choose = async (name?: string, env: Record<string, string> = {}) =>
  chooseProfile(await findProfiles(options(env)), name, env);

const modern = async () => {
  await put('.ccwb/config.json', {
    schema_version: '2.0',
    active_profile: 'ClaudeCode',
    profiles_dir: 'profiles',
  });
  await put('.ccwb/profiles/ClaudeCode.json', {
    name: 'ClaudeCode',
    aws_region: 'eu-central-1',
    codebuild_region: null,
    identity_pool_name: 'corp',
    stack_names: { codebuild: 'my-builds', distribution: 7 },
    distribution_type: 'presigned-s3',
    some_future_key: { deep: true },
  });
  await put('.ccwb/profiles/Other.json', { aws_region: 'us-east-1', okta_domain: 'corp.okta.com' });
};

describe('profiles', () => {
  it('are read from the newer ccwb, whatever keys they hold', async () => {
    await modern();
    const { profiles, active, awsProfiles } = await createProfiles(options()).list();
    expect(active).toBe('ClaudeCode');
    expect(awsProfiles).toEqual([]);
    expect(profiles).toEqual([
      {
        name: 'ClaudeCode',
        awsRegion: 'eu-central-1',
        identityPoolName: 'corp',
        stackNames: { codebuild: 'my-builds' },
        distributionType: 'presigned-s3',
        extraFiles: [],
      },
      {
        name: 'Other',
        awsRegion: 'us-east-1',
        identityPoolName: 'claude-code-auth',
        stackNames: {},
        providerDomain: 'corp.okta.com',
        extraFiles: [],
      },
    ]);
  });

  it('are read from the older ccwb in a parent folder, or in its source folder', async () => {
    const content = { version: '1', default_profile: 'old', profiles: { old: { aws_region: 'us-west-2' } } };
    await put('work/source/.ccwb-config/config.json', content);
    expect(await createProfiles(options()).list()).toMatchObject({
      active: 'old',
      profiles: [{ name: 'old', awsRegion: 'us-west-2' }],
    });
    await put('work/deep/.ccwb-config/config.json', {
      ...content,
      default_profile: 'near',
      profiles: { near: {} },
    });
    expect((await createProfiles(options()).list()).active).toBe('near');
  });

  it('of the newer ccwb win a name; both generations are listed', async () => {
    await modern();
    await put('work/.ccwb-config/config.json', {
      default_profile: 'old',
      profiles: { old: {}, ClaudeCode: { aws_region: 'us-west-2' } },
    });
    const { profiles, active } = await createProfiles(options()).list();
    expect(profiles.map(({ name }) => name)).toEqual(['ClaudeCode', 'Other', 'old']);
    expect(profiles[0]?.awsRegion).toBe('eu-central-1');
    expect(active).toBe('ClaudeCode');
  });

  it('of AWS come from both files, wherever the environment says they are', async () => {
    await put(
      'elsewhere',
      '[default]\nregion = eu-west-1\n[profile "with space"]\n[sso-session corp]\nregion = x\n',
    );
    await put('.aws/credentials', '[keys]\naws_access_key_id = A\nregion=us-east-2\n[default]\n');
    const found = await findProfiles(options({ AWS_CONFIG_FILE: join(home, 'elsewhere') }));
    expect(found.awsProfiles).toEqual([
      { name: 'keys', region: 'us-east-2' },
      { name: 'default', region: 'eu-west-1' },
      { name: 'with space' },
    ]);
  });

  it('that are broken are named when they are chosen, and leave the others alone', async () => {
    await modern();
    await put('.ccwb/profiles/Broken.json', '{"aws_region": ');
    expect((await createProfiles(options()).list()).profiles).toHaveLength(2);
    await expect(choose('Broken')).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(join(home, '.ccwb/profiles/Broken.json')),
    });
    expect((await choose('Other')).profile.name).toBe('Other');
  });

  it('cannot be guessed from a broken config.json, but may be named', async () => {
    await modern();
    await put('.ccwb/config.json', 'nonsense');
    await expect(choose()).rejects.toMatchObject({ message: expect.stringContaining('config.json') });
    expect((await choose('ClaudeCode')).profile.identityPoolName).toBe('corp');
  });

  it('that alone are broken are the answer to listing', async () => {
    await put('.ccwb/profiles/Broken.json', '[]');
    await expect(createProfiles(options()).list()).rejects.toMatchObject({ kind: 'usage' });
  });

  it('may be none at all', async () => {
    expect(await createProfiles(options()).list()).toEqual({ profiles: [], awsProfiles: [] });
  });
});

describe('choosing a profile', () => {
  it('takes ccwb’s of that name, with the AWS profile of the same name where there is one', async () => {
    await modern();
    expect(await choose('Other')).toMatchObject({ profile: { name: 'Other' } });
    expect((await choose('Other')).awsProfile).toBeUndefined();
    await put('.aws/config', '[profile Other]\nregion = ap-northeast-1\n');
    expect(await choose('Other')).toMatchObject({ awsProfile: 'Other', awsRegion: 'ap-northeast-1' });
  });

  it('takes the credentials of a name only AWS knows, with the active profile or the defaults', async () => {
    await put('.aws/config', '[profile admin]\n');
    expect(await choose('admin')).toEqual({
      profile: { name: 'admin', identityPoolName: 'claude-code-auth', stackNames: {}, extraFiles: [] },
      awsProfile: 'admin',
    });
    await modern();
    expect(await choose('admin')).toMatchObject({ profile: { name: 'ClaudeCode' }, awsProfile: 'admin' });
  });

  it('refuses a name nobody knows, listing what there is', async () => {
    await modern();
    await put('.aws/config', '[profile admin]\n');
    await expect(choose('nobody')).rejects.toMatchObject({
      kind: 'not-found',
      hint: 'ccwb has: ClaudeCode, Other; AWS has: admin.',
    });
  });

  it('says in the sandbox that it has a profile of its own, not what there would be elsewhere', async () => {
    await modern();
    const refusal = {
      kind: 'not-found',
      message: expect.stringContaining('none named nobody'),
      hint: expect.stringContaining('--sandbox'),
    };
    const found = await findProfiles(options({}));
    expect(() => chooseProfile(found, 'nobody', {}, 'sandbox')).toThrow(expect.objectContaining(refusal));
    expect(() => chooseProfile(found, 'nobody', {}, 'sandbox')).not.toThrow(/ClaudeCode/);
  });

  it('takes the active one without a name, and its AWS namesake only where the chain would find nothing', async () => {
    await modern();
    await put('.aws/config', '[profile ClaudeCode]\n');
    expect(await choose()).toMatchObject({ profile: { name: 'ClaudeCode' }, awsProfile: 'ClaudeCode' });
    expect((await choose(undefined, { AWS_ACCESS_KEY_ID: 'A' })).awsProfile).toBeUndefined();
    await put('.aws/credentials', '[default]\n');
    expect((await choose()).awsProfile).toBeUndefined();
  });

  it('refuses an AWS_PROFILE that is not there: the SDK would only say that it found nothing', async () => {
    await put('.aws/config', '[default]\n');
    await expect(choose(undefined, { AWS_PROFILE: 'typo' })).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('typo'),
    });
  });

  it('asks which where several are there and none is active, and takes the only one', async () => {
    await put('.ccwb/profiles/One.json', {});
    expect((await choose()).profile.name).toBe('One');
    await put('.ccwb/profiles/Two.json', {});
    await expect(choose()).rejects.toMatchObject({ kind: 'usage', hint: 'Choose with --profile: One, Two.' });
  });

  it('says so where the active profile is gone', async () => {
    await put('.ccwb/config.json', { active_profile: 'gone' });
    await put('.ccwb/profiles/Here.json', {});
    await expect(choose()).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('gone'),
    });
  });
});
