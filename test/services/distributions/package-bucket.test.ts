import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../src/domain/profile.ts';
import { packageBucket } from '../../../src/services/distributions/package-bucket.ts';

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

  it('is missed by the profile’s name', () => {
    expect(() => packageBucket(deployment)).toThrow(/Acme/);
  });
});
