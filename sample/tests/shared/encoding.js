import assert from 'node:assert/strict';

export const cases = {
  'writes what RFC 4648 writes'({ toBase64Url }) {
    assert.equal(toBase64Url('foobar'), 'Zm9vYmFy');
    assert.equal(toBase64Url('fooba'), 'Zm9vYmE');
  },
  'uses the alphabet of URLs'({ toBase64Url }) {
    assert.equal(toBase64Url('>>>???'), 'Pj4-Pz8_');
  },
  'refuses other characters'({ fromBase64Url }) {
    assert.equal(fromBase64Url('Zm9v+g'), undefined);
  },
  'refuses a length that cannot be'({ fromBase64Url }) {
    assert.equal(fromBase64Url('Zm9vY'), undefined);
  },
};

export function fuzz({ toBase64Url, fromBase64Url }, random) {
  const text = random.text();
  assert.equal(fromBase64Url(toBase64Url(text)), text);
}
