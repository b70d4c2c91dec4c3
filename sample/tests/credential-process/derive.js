import assert from 'node:assert/strict';

export const cases = {
  'gives 48 bytes'({ deriveKey }) {
    assert.equal(deriveKey('user', 'session').length, 48);
  },
  'gives the same for the same'({ deriveKey }) {
    assert.deepEqual(deriveKey('user', 'session'), deriveKey('user', 'session'));
  },
  'gives another for another user or session'({ deriveKey }) {
    const keys = [deriveKey('a', 'b'), deriveKey('b', 'a'), deriveKey('ab', '')].map((key) => key.toString('hex'));
    assert.equal(new Set(keys).size, 3);
  },
};

export function fuzz({ deriveKey }, random) {
  const [user, session] = [random.text(), random.text()];
  assert.notDeepEqual(deriveKey(user, session), deriveKey(`${user}.`, session));
}
