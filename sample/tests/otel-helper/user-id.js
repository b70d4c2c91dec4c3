import assert from 'node:assert/strict';

export const cases = {
  'looks like a UUID'({ userId }) {
    assert.match(userId('someone'), /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
  },
  'is half of the SHA-256'({ userId }) {
    assert.equal(userId('abc').replaceAll('-', ''), 'ba7816bf8f01cfea414140de5dae2223');
  },
  'does not name the user'({ userId }) {
    assert.ok(!userId('deadbeef').includes('deadbeef'));
  },
};

export function fuzz({ userId }, random) {
  const subject = random.text();
  assert.equal(userId(subject).length, 36);
  assert.notEqual(userId(subject), userId(`${subject}.`));
}
