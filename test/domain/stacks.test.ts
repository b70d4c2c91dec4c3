import { describe, expect, it } from 'vitest';
import { readDeployment, stackName, syntheticProfile } from '../../src/domain/stacks.ts';

const profile = { ...syntheticProfile('ClaudeCode'), identityPoolName: 'corp' };
const missing = { missing: 'Stack x is not deployed in us-east-1.' };
const base = {
  profile,
  buildRegion: 'us-east-1',
  region: 'eu-west-1',
  codebuild: missing,
  distribution: missing,
};

describe('a deployment', () => {
  it('comes from the outputs, Windows first, each project once', () => {
    const deployment = readDeployment({
      ...base,
      codebuild: {
        outputs: {
          LinuxArm64ProjectName: 'corp-linux-arm64-build',
          LinuxX64ProjectName: 'corp-linux-x64-build',
          ProjectName: 'corp-windows-build',
          BuildBucket: 'builds',
        },
      },
      distribution: {
        outputs: {
          DistributionBucket: 'ships',
          DistributionURL: 'https://x',
          DistributionSecretName: 'corp-distributor-credentials',
        },
      },
      auth: { outputs: { IdentityPoolId: 'us-east-1:pool' } },
    });
    expect(deployment).toEqual({
      profile,
      buildRegion: 'us-east-1',
      region: 'eu-west-1',
      projects: ['corp-windows-build', 'corp-linux-x64-build', 'corp-linux-arm64-build'],
      buildBucket: 'builds',
      distributionBucket: 'ships',
      distributorSecret: 'corp-distributor-credentials',
      landingPageUrl: 'https://x',
      identityPoolId: 'us-east-1:pool',
      parameterName: '/claude-code/corp/distribution/latest',
    });
  });

  it('ships from the build bucket where there is no distribution stack, and notes that', () => {
    const deployment = readDeployment({
      ...base,
      codebuild: { outputs: { BuildBucket: 'b', ProjectName: 'p' } },
    });
    expect(deployment).toMatchObject({ distributionBucket: 'b', notes: [missing.missing] });
  });

  it('finds projects by ccwb’s naming where the stack is not known', () => {
    const listed = [
      'corp-linux-x64-build',
      'corp--build',
      'corp-build',
      'other-windows-build',
      'corp-windows-build',
    ];
    expect(readDeployment({ ...base, listed }).projects).toEqual([
      'corp-windows-build',
      'corp--build',
      'corp-linux-x64-build',
    ]);
    expect(readDeployment({ ...base, listed: [] }).projects).toEqual([]);
    expect(readDeployment(base).projects).toEqual(['corp-windows-build']);
    expect(readDeployment({ ...base, project: 'mine' }).projects).toEqual(['mine']);
  });

  it('names stacks as the profile says, else by pattern', () => {
    expect(stackName(profile, 'codebuild')).toBe('corp-codebuild');
    expect(stackName(profile, 'auth')).toBe('corp-stack');
    expect(stackName({ ...profile, stackNames: { codebuild: 'mine' } }, 'codebuild')).toBe('mine');
  });
});
