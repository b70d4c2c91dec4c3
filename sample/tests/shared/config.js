import assert from 'node:assert/strict';

export const cases = {
  'finds a profile'({ pickProfile }) {
    assert.deepEqual(pickProfile('{"a":{"x":1}}', 'a'), { x: 1 });
  },
  'finds it in the newer form'({ pickProfile }) {
    assert.deepEqual(pickProfile('{"profiles":{"a":{"x":1}}}', 'a'), { x: 1 });
  },
  'names the profiles there are'({ pickProfile }) {
    assert.throws(() => pickProfile('{"a":{},"b":{}}', 'c'), /has no profile c; it has: a, b/);
  },
  'refuses what is not JSON'({ pickProfile }) {
    assert.throws(() => pickProfile('{', 'a'), /is not JSON/);
  },
  'refuses JSON without profiles'({ pickProfile }) {
    for (const text of ['[]', 'null', '3']) assert.throws(() => pickProfile(text, 'a'), /holds no profiles/);
  },
  'knows a name from a path'({ isProfileName }) {
    assert.ok(isProfileName('ClaudeCode-2'));
    for (const name of ['', '..', 'a/b', 'a b', 'x'.repeat(65)]) assert.ok(!isProfileName(name));
  },
};

export function fuzz({ pickProfile }, random) {
  const text = random.pick([random.text(), JSON.stringify({ [random.text()]: { a: 1 } }), '{"profiles":{}}']);
  try {
    assert.equal(typeof pickProfile(text, random.pick(['a', random.text()])), 'object');
  } catch (error) {
    assert.equal(error.name, 'Failure');
  }
}
