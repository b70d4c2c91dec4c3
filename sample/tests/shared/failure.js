import assert from 'node:assert/strict';

export const cases = {
  'is an error with a message'({ Failure }) {
    const failure = new Failure('no such thing');
    assert.ok(failure instanceof Error);
    assert.equal(failure.message, 'no such thing');
  },
  'ends the program with 1'({ Failure }) {
    assert.equal(new Failure('x').exitCode, 1);
  },
  'or with the code it is given'({ Failure }) {
    assert.equal(new Failure('x', 2).exitCode, 2);
  },
};

export function fuzz({ Failure }, random) {
  const message = random.text();
  assert.equal(new Failure(message).message, message);
}
