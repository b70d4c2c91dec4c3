import assert from 'node:assert/strict';

export const cases = {
  'keeps an address as it is'({ sessionName }) {
    assert.equal(sessionName('sample.user@example.com'), 'sample.user@example.com');
  },
  'replaces what AWS does not allow'({ sessionName }) {
    assert.equal(sessionName('a b/c+d'), 'a-b-c-d');
  },
  'is never too short'({ sessionName }) {
    assert.equal(sessionName('x'), 'x-user');
    assert.equal(sessionName(''), '-user');
  },
  'is never too long'({ sessionName }) {
    assert.equal(sessionName('x'.repeat(100)).length, 64);
  },
  'ends after whole hours, in UTC'({ expirationOf }) {
    assert.equal(expirationOf(Date.UTC(2025, 11, 31, 23, 30, 15, 999), 8), '2026-01-01T07:30:15Z');
  },
};

export function fuzz({ sessionName, expirationOf }, random) {
  assert.match(sessionName(random.text()), /^[A-Za-z0-9=,.@_-]{2,64}$/);
  const now = random.below(4e12);
  const left = Date.parse(expirationOf(now, 8)) - now;
  assert.ok(left > 8 * 3_600_000 - 1000 && left <= 8 * 3_600_000);
}
