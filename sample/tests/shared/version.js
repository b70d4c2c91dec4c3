import assert from 'node:assert/strict';

export const cases = {
  'names the program, the version and the source'({ version, sourceDigest, versionLine }) {
    assert.equal(versionLine('tool'), `tool ${version} (source ${sourceDigest})`);
  },
  'carries a version'({ version }) {
    assert.match(version, /^\d+\.\d+\.\d+$/);
  },
  'carries the digest of its source'({ sourceDigest }) {
    assert.match(sourceDigest, /^[0-9a-f]{12}$/);
  },
};

export function fuzz({ versionLine }, random) {
  const program = random.text();
  assert.ok(versionLine(program).startsWith(`${program} `));
}
