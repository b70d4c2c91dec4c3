import assert from 'node:assert/strict';

const identity = { email: 'a@example.com' };

export const cases = {
  'has the form that the AWS tools read'({ sampleCredentials }) {
    const credentials = sampleCredentials(identity, 'ClaudeCode', 0);
    assert.deepEqual(Object.keys(credentials).sort(), [
      'AccessKeyId',
      'Expiration',
      'SecretAccessKey',
      'SessionToken',
      'Version',
    ]);
    assert.equal(credentials.Version, 1);
  },
  'has keys of the right length'({ sampleCredentials }) {
    const credentials = sampleCredentials(identity, 'ClaudeCode', 0);
    assert.equal(credentials.AccessKeyId.length, 20);
    assert.equal(credentials.SecretAccessKey.length, 40);
  },
  'says SAMPLE in every one of them'({ sampleCredentials }) {
    const { AccessKeyId, SecretAccessKey, SessionToken } = sampleCredentials(identity, 'ClaudeCode', 0);
    for (const value of [AccessKeyId, SecretAccessKey, SessionToken]) assert.match(value, /SAMPLE/);
  },
  'expires in the future'({ sampleCredentials }) {
    const now = Date.UTC(2030, 0, 1);
    assert.ok(Date.parse(sampleCredentials(identity, 'ClaudeCode', now).Expiration) > now);
  },
  'differs from profile to profile'({ sampleCredentials }) {
    const [a, b] = ['a', 'b'].map((name) => sampleCredentials(identity, name, 0).AccessKeyId);
    assert.notEqual(a, b);
  },
};

export function fuzz({ sampleCredentials }, random) {
  const credentials = sampleCredentials({ email: random.text() }, random.text(), random.below(4e12));
  assert.match(credentials.AccessKeyId, /^ASIASAMPLE[0-9A-F]{10}$/);
  assert.match(credentials.SecretAccessKey, /^SAMPLE\/[\w-]{33}$/);
}
