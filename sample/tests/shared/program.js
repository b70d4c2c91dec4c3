import assert from 'node:assert/strict';

function run({ runProgram }, main) {
  const out = [];
  const err = [];
  const code = runProgram('tool', main, { write: (text) => out.push(text), writeError: (text) => err.push(text) });
  return { code, out: out.join(''), err: err.join('') };
}

export const cases = {
  'prints the answer and ends with 0'(module) {
    assert.deepEqual(run(module, () => 'yes'), { code: 0, out: 'yes\n', err: '' });
  },
  'lets a bug through'(module) {
    assert.throws(
      () =>
        run(module, () => {
          throw new TypeError('bug');
        }),
      TypeError,
    );
  },
  'finds its folder'({ programFolder }) {
    assert.equal(programFolder('/no/such/folder/tool'), '/no/such/folder');
  },
};

export function fuzz(module, random) {
  const text = random.text();
  assert.equal(run(module, () => text).out, `${text}\n`);
}
