import assert from 'node:assert/strict';

export const cases = {
  'keeps plain text'({ headerValue }) {
    assert.equal(headerValue('sample.user@example.com'), 'sample.user@example.com');
  },
  'keeps the letters of accented ones'({ headerValue }) {
    assert.equal(headerValue('Zoë Müller'), 'Zoe Muller');
  },
  'lets no line end through'({ headerValue }) {
    assert.equal(headerValue('a\r\nx-admin: 1'), 'ax-admin: 1');
  },
  'lets no separator through'({ headerValue }) {
    assert.equal(headerValue('a,b;c"d\\e'), 'a b c d e');
  },
  'is empty for nothing'({ headerValue }) {
    assert.equal(headerValue(undefined), '');
    assert.equal(headerValue(null), '');
  },
};

export function fuzz({ headerValue }, random) {
  assert.match(headerValue(random.text()), /^[\x20-\x7e]{0,256}$/);
}
