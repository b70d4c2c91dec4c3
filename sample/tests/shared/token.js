import assert from 'node:assert/strict';

export const cases = {
  'reads what it signed'({ signToken, readToken }) {
    assert.deepEqual(readToken(signToken({ a: 1 }, 'key'), 'key'), { a: 1 });
  },
  'refuses another key'({ signToken, readToken }) {
    assert.equal(readToken(signToken({ a: 1 }, 'key'), 'other'), undefined);
  },
  'refuses a changed body'({ signToken, readToken }) {
    const [head, , signature] = signToken({ a: 1 }, 'key').split('.');
    const [, body] = signToken({ a: 2 }, 'key').split('.');
    assert.equal(readToken([head, body, signature].join('.'), 'key'), undefined);
  },
  'refuses the algorithm "none"'({ readToken }) {
    const head = Buffer.from('{"alg":"none"}').toString('base64url');
    assert.equal(readToken(`${head}.e30.`, 'key'), undefined);
  },
  'refuses what is no token'({ readToken }) {
    for (const text of ['', '.', '..', 'a.b.c', 'a.b.c.d']) assert.equal(readToken(text, 'key'), undefined);
  },
};

export function fuzz({ signToken, readToken }, random) {
  const claims = { text: random.text(), number: random.below(1e9) };
  const key = random.text();
  const token = signToken(claims, key);
  assert.deepEqual(readToken(token, key), claims);
  const at = random.below(token.length);
  const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
  // The last character of a signature has bits that decode to nothing; the comparison is of text, so it counts too.
  assert.equal(readToken(changed, key), undefined);
}
