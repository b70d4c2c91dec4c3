import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../src/domain/profile.ts';
import { guessedBucket, packageBucket } from '../../../src/services/distributions/package-bucket.ts';

const deployment: Deployment = {
  profile: { name: 'Acme', identityPoolName: 'p', stackNames: {}, extraFiles: [] },
  buildRegion: 'us-east-1',
  region: 'eu-west-1',
  projects: [],
  parameterName: '/x',
};

describe('the bucket of packages', () => {
  it('is the distribution stack’s, in the profile’s region', () => {
    const place = packageBucket({ ...deployment, buildBucket: 'builds', distributionBucket: 'packages' });
    expect(place).toEqual({ bucket: 'packages', region: 'eu-west-1' });
  });

  it('is the build bucket, in its own region, where there is no other', () => {
    const place = { bucket: 'builds', region: 'us-east-1' };
    expect(packageBucket({ ...deployment, buildBucket: 'builds' })).toEqual(place);
    const same = { ...deployment, buildBucket: 'builds', distributionBucket: 'builds' };
    expect(packageBucket(same)).toEqual(place);
  });

  it('is no missing one where the stacks may not be read', () => {
    expect(() => packageBucket({ ...deployment, unread: { codebuild: 'Not permitted.' } })).toThrow(
      expect.objectContaining({ kind: 'permission', message: expect.stringContaining('Not permitted.') }),
    );
  });

  it('is a guess where the stack that names it may not be read', () => {
    const unread = { distribution: 'Not permitted.' };
    expect(guessedBucket({ ...deployment, buildBucket: 'builds', unread })).toEqual([
      expect.stringMatching(/^Not permitted\. .* build bucket builds, .* 7 days\.$/),
    ]);
    expect(guessedBucket({ ...deployment, buildBucket: 'builds' })).toEqual([]);
  });

  it('is missed by the profile’s name', () => {
    expect(() => packageBucket(deployment)).toThrow(/Acme/);
  });
});
