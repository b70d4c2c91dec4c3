import assert from 'node:assert/strict';

export const cases = {
  'answers --version'({ answer }) {
    assert.match(answer(['--version']), /^otel-helper \d/);
  },
  'answers --help'({ answer }) {
    assert.match(answer(['--help']), /^Usage: otel-helper/);
  },
  'prints headers as JSON on one line'({ answer }) {
    assert.ok(!answer([]).includes('\n'));
    assert.equal(JSON.parse(answer([]))['x-user-email'], 'sample.user@example.com');
  },
  'refuses an unknown option'({ answer }) {
    assert.throws(() => answer(['--profile', 'x']), /unknown option "--profile"/);
  },
};

export function fuzz({ answer }, random) {
  const args = random.list(() => random.pick(['--version', '--help', random.text()]));
  try {
    assert.ok(answer(args).length > 0);
  } catch (error) {
    assert.equal(error.name, 'Failure');
  }
}
