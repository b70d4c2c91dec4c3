import assert from 'node:assert/strict';

export const cases = {
  'is nobody: the address is of example.com'({ sampleIdentity }) {
    assert.match(sampleIdentity.email, /@example\.com$/);
  },
  'says that it is a sample'({ sampleIdentity, sampleKey }) {
    assert.match(sampleIdentity.name, /sample/i);
    assert.match(sampleKey, /sample/);
  },
};

export function fuzz({ sampleIdentity }, random) {
  const claim = random.pick(Object.keys(sampleIdentity));
  assert.equal(typeof sampleIdentity[claim], 'string');
}
