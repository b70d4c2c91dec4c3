import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const cases = {
  'answers --version'({ answer }) {
    assert.match(answer(['--version'], '/', 0), /^credential-process \d/);
  },
  'answers --help'({ answer }) {
    assert.match(answer(['--help'], '/', 0), /^Usage: credential-process/);
  },
  'prints the credentials of the default profile'({ answer }) {
    assert.equal(answer([], '/', 0), answer(['--profile', 'ClaudeCode'], '/', 0));
    assert.equal(JSON.parse(answer([], '/', 0)).Version, 1);
  },
  'refuses an unknown option'({ answer }) {
    assert.throws(() => answer(['--nope'], '/', 0), /unknown option "--nope"/);
  },
  'refuses a profile that config.json does not hold'({ answer }) {
    const folder = mkdtempSync(join(tmpdir(), 'sample-'));
    try {
      writeFileSync(join(folder, 'config.json'), '{"ClaudeCode":{}}');
      assert.throws(() => answer(['--profile', 'other'], folder, 0), /has no profile other; it has: ClaudeCode/);
      assert.ok(answer(['--profile', 'ClaudeCode'], folder, 0).includes('AccessKeyId'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

export function fuzz({ answer }, random) {
  const args = random.list(() => random.pick(['--profile', '--version', '--help', random.text()]));
  try {
    assert.ok(answer(args, '/', random.below(4e12)).length > 0);
  } catch (error) {
    assert.equal(error.name, 'Failure');
  }
}
