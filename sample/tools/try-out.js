// Uses what was built as a user would: starts the programs, then installs them in an empty home, twice.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, hostTarget, outputFolder, target } from './project.js';

const home = mkdtempSync(join(tmpdir(), 'sample home-'));

function start(path, args) {
  const { status, stdout, stderr } = spawnSync(path, args, {
    encoding: 'utf8',
    env: { ...process.env, HOME: home, AWS_CONFIG_FILE: join(home, '.aws', 'config') },
  });
  return { status, stdout, stderr };
}

function tried(what) {
  console.log(`  ok  ${what}`);
}

function tryPrograms() {
  const credentials = join(outputFolder, `credential-process-${target}`);
  const headers = join(outputFolder, `otel-helper-${target}`);
  for (const [path, name] of [
    [credentials, 'credential-process'],
    [headers, 'otel-helper'],
  ]) {
    const answer = start(path, ['--version']);
    assert.equal(answer.status, 0, answer.stderr);
    assert.ok(answer.stdout.startsWith(`${name} `));
    tried(`${name} --version: ${answer.stdout.trim()}`);
    const refused = start(path, ['--no-such-option']);
    assert.equal(refused.status, 2);
    assert.equal(refused.stdout, '');
    tried(`${name} --no-such-option: exit ${refused.status}, ${refused.stderr.trim()}`);
  }
  const given = JSON.parse(start(credentials, ['--profile', 'ClaudeCode']).stdout);
  assert.equal(given.Version, 1);
  assert.ok(Date.parse(given.Expiration) > Date.now());
  tried(`credential-process --profile ClaudeCode: valid until ${given.Expiration}`);
  const found = JSON.parse(start(headers, []).stdout);
  tried(`otel-helper: ${Object.keys(found).join(', ')}`);
}

function tryInstaller() {
  const config = join(home, '.aws', 'config');
  const other = '[profile other]\nregion = eu-west-1\n';
  mkdirSync(join(home, '.aws'));
  writeFileSync(config, other);
  const texts = ['first', 'second'].map((time) => {
    const { status, stdout, stderr } = start('/bin/sh', [join(outputFolder, 'install.sh')]);
    for (const line of stdout.trim().split('\n')) console.log(`  ${time} time: ${line.replaceAll(home, '~')}`);
    assert.equal(status, 0, stderr);
    return readFileSync(config, 'utf8');
  });
  assert.equal(texts[0], texts[1]);
  tried('installing again changes nothing');
  assert.ok(texts[0].startsWith(other));
  tried('other AWS profiles stay as they were');
  const version = start(join(home, 'claude-code-with-bedrock', 'credential-process'), ['--version']);
  assert.equal(version.status, 0, version.stderr);
  tried(`installed: ${version.stdout.trim()}`);
}

try {
  tryPrograms();
  if (target === hostTarget) tryInstaller();
  else console.log(`Not installed here: built for ${target}, this is ${hostTarget}`);
} catch (error) {
  fail(error.message);
} finally {
  rmSync(home, { recursive: true, force: true });
}
