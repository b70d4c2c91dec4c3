import assert from 'node:assert/strict';

const known = { profile: 'value', version: 'flag' };

export const cases = {
  'reads nothing from nothing'({ parseOptions }) {
    assert.deepEqual(parseOptions([], known), {});
  },
  'reads --name value and --name=value alike'({ parseOptions }) {
    assert.deepEqual(parseOptions(['--profile', 'a'], known), parseOptions(['--profile=a'], known));
  },
  'reads a flag'({ parseOptions }) {
    assert.deepEqual(parseOptions(['--version'], known), { version: true });
  },
  'refuses an unknown option by its name'({ parseOptions }) {
    assert.throws(() => parseOptions(['--profil', 'a'], known), /unknown option "--profil"/);
  },
  'refuses a missing value'({ parseOptions }) {
    assert.throws(() => parseOptions(['--profile'], known), /--profile needs a value/);
  },
  'refuses a value where none belongs'({ parseOptions }) {
    assert.throws(() => parseOptions(['--version=1'], known), /--version takes no value/);
  },
  'is not fooled by names every object has'({ parseOptions }) {
    assert.throws(() => parseOptions(['--constructor'], known), /unknown option/);
  },
};

export function fuzz({ parseOptions }, random) {
  const args = random.list(() => random.pick(['--profile', '--version', `--${random.text()}`, random.text()]));
  try {
    for (const name of Object.keys(parseOptions(args, known))) assert.ok(name in known);
  } catch (error) {
    assert.equal(error.name, 'Failure');
    assert.equal(error.exitCode, 2);
  }
}
