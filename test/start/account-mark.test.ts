import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccountChoice, accountMark } from '../../src/start/account-mark.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ccwb-tui-test-'));
  mkdirSync(join(home, '.aws'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const mark = (choice: Partial<AccountChoice> = {}, env: Record<string, string> = {}) =>
  accountMark({ target: { place: 'aws' }, ...choice }, { home, cwd: home, env });

describe('the mark of an account', () => {
  it('is the same for the same choice', () => {
    expect(mark()).toBe(mark());
    expect(mark()).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each<[string, Partial<AccountChoice>, Record<string, string>]>([
    ['place', { target: { place: 'sandbox' } }, {}],
    ['profile', { target: { place: 'aws', profileName: 'other' } }, {}],
    ['region', { region: 'eu-west-1' }, {}],
    ['endpoint', { endpointUrl: 'http://127.0.0.1:1' }, {}],
    ['project', { project: 'other' }, {}],
    ['environment', {}, { AWS_PROFILE: 'other' }],
    ['key in the environment', {}, { AWS_ACCESS_KEY_ID: 'OTHER' }],
  ])('changes with the %s', (_what, choice, env) => {
    expect(mark(choice, env)).not.toBe(mark());
  });

  it('changes with the AWS configuration and the keys in the credentials file, not with their secrets', () => {
    const none = mark();
    writeFileSync(join(home, '.aws', 'config'), '[default]\nregion = eu-west-1\n');
    const configured = mark();
    expect(configured).not.toBe(none);
    const credentials = (key: string, secret: string) =>
      writeFileSync(
        join(home, '.aws', 'credentials'),
        `[default]\naws_access_key_id = ${key}\naws_secret_access_key = ${secret}\n`,
      );
    credentials('one', 'a');
    const one = mark();
    expect(one).not.toBe(configured);
    credentials('one', 'b');
    expect(mark()).toBe(one);
    credentials('two', 'b');
    expect(mark()).not.toBe(one);
  });
});
