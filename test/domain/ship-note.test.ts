import { describe, expect, it } from 'vitest';
import { cmdInstall, powershellInstall, unixInstall } from '../../src/domain/install-commands.ts';
import { shipNote, systemsOf } from '../../src/domain/ship-note.ts';

const facts = {
  url: 'https://bucket.s3.us-east-1.amazonaws.com/packages/x.zip?response-content-disposition=a%3B%20b&X-Amz-Signature=abc',
  expiresAt: Date.UTC(2026, 10, 22, 10, 30),
  expiryCause: 'credentials' as const,
  checksum: 'ab'.repeat(32),
  filename: 'claude-code-package-20261120-103000.zip',
  size: 30_123_456,
  verified: 'Read back through the link.',
  builds: ['p:1'],
  files: [{ path: 'credential-process-windows.exe' }, { path: 'credential-process-linux-x64' }],
};
const options = { place: 'aws', timeZone: 'Europe/Berlin' } as const;

describe('the ship note', () => {
  it('has the link whole on a line of its own', () => {
    expect(shipNote(facts, options).split('\n')).toContain(facts.url);
  });

  it('says when the link ends, here and in UTC, and why', () => {
    const note = shipNote(facts, options);
    expect(note).toContain('2026-11-22 11:30 (Europe/Berlin)');
    expect(note).toContain('2026-11-22 10:30 UTC, when the credentials that signed it end');
  });

  it('says of an end that was written without a zone how it was taken', () => {
    expect(shipNote({ ...facts, isEndGuessed: true }, options)).toContain('10:30 UTC, taken as local time');
    expect(shipNote(facts, options)).not.toContain('taken as');
  });

  it('names size, sha256 and build', () => {
    const note = shipNote(facts, options);
    expect(note).toContain('30,123,456 bytes');
    expect(note).toContain(`sha256 ${facts.checksum}`);
    expect(note).toContain('p:1');
  });

  it('has commands for the systems in the package, and says which are not', () => {
    const note = shipNote({ ...facts, files: [{ path: 'credential-process-linux-x64' }] }, options);
    expect(note).toContain('./install.sh');
    expect(note).not.toContain('install.bat');
    expect(note).toContain('Holds nothing for macOS, Windows.');
    const everywhere = [...facts.files, { path: 'credential-process-macos-arm64' }];
    expect(shipNote({ ...facts, files: everywhere }, options)).not.toContain('Holds nothing');
  });

  it('says that a link of the sandbox works here only', () => {
    expect(shipNote(facts, { ...options, place: 'sandbox' })).toContain('this machine only');
    expect(shipNote(facts, options)).not.toContain('this machine only');
  });

  it('names the addresses that the link works from, where it does not from everywhere', () => {
    const allowedIps = ['203.0.113.0/24', '2001:db8::/32'];
    expect(shipNote({ ...facts, allowedIps }, options)).toContain(
      'Works only from 203.0.113.0/24, 2001:db8::/32\n',
    );
    expect(shipNote(facts, options)).not.toContain('only from');
  });

  it('leaves out what is not known of a package, and has the commands of every system then', () => {
    const { url, expiresAt, checksum, filename, size } = facts;
    const note = shipNote({ url, expiresAt, checksum, filename, size }, options);
    expect(note).toContain('that is 2026-11-22 10:30 UTC\n');
    expect(note).toContain('./install.sh');
    expect(note).toContain('call install.bat');
    expect(note).not.toMatch(/undefined|Built|Tested|Holds/);
  });

  it('says that the line for a command prompt is not one for a batch file', () => {
    expect(shipNote(facts, options)).toContain('every % must be doubled');
  });

  it('ends with one line end', () => {
    expect(shipNote(facts, options)).toMatch(/[^\n]\n$/);
  });
});

describe('install commands', () => {
  it('check the sha256 on every system', () => {
    for (const make of [unixInstall, powershellInstall, cmdInstall]) {
      const command = make(facts.url, facts.checksum);
      expect(command).toContain(facts.url);
      expect(command).toContain(facts.checksum);
    }
  });

  it('are one line for cmd, in which the link is quoted once and no variable is named by it', () => {
    const command = cmdInstall(facts.url, facts.checksum);
    expect(command).not.toContain('\n');
    expect(command.length).toBeLessThan(8_191);
    expect(command).toContain(`"${facts.url}"`);
  });

  it('say in cmd that nothing was installed, whichever step failed', () => {
    const command = cmdInstall(facts.url, facts.checksum);
    expect(command.split(' || ')).toHaveLength(2);
    expect(command).toMatch(/ && call install\.bat \|\| echo Not installed\.$/);
    // Nothing but && joins the steps, and no step of the line is left out of it.
    expect(command.replaceAll(`"${facts.url}"`, '').replaceAll('&&', '')).not.toContain('&');
  });

  it('quote a link with an apostrophe', () => {
    expect(unixInstall("https://x/a'b", 'c')).toContain("'https://x/a'\\''b'");
    expect(powershellInstall("https://x/a'b", 'c')).toContain("'https://x/a''b'");
  });

  it('know which systems a package is for', () => {
    const of = (path: string) => systemsOf({ files: [{ path }] });
    expect(of('credential-process-macos-arm64')).toEqual({ unix: true, windows: false });
    expect(of('otel-helper-linux')).toEqual({ unix: false, windows: false });
    expect(systemsOf({ platforms: ['windows', 'linux-x64'] })).toEqual({ unix: true, windows: true });
    expect(systemsOf({ platforms: ['windows'] })).toEqual({ unix: false, windows: true });
    expect(systemsOf({})).toEqual({ unix: true, windows: true });
  });
});
