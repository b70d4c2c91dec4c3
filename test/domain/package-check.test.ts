import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src/domain/binary-format.ts';
import { type CheckedFile, checkPackage } from '../../src/domain/package-check.ts';
import { elf, macCpu, machO, pe } from '../support/programs.ts';

const file = (path: string, bytes: Buffer = Buffer.from('text')): CheckedFile => {
  return { path, size: bytes.length, origin: 'build p:1', format: formatOf(bytes) };
};
const nothing = Buffer.alloc(0);
const installers = [file('install.sh', Buffer.from('#!/bin/sh\n')), file('install.bat')];
const windows = [file('credential-process-windows.exe', pe()), file('otel-helper-windows.exe', pe())];
const good = [...installers, ...windows];
const ofWindows = [{ id: 'p:1', target: 'windows' }] as const;

describe('checking a package', () => {
  it('finds nothing wrong with what a build should leave', () => {
    expect(checkPackage(good, ofWindows, { monitoring: true })).toEqual([]);
  });

  it.each(['credential-process-windows.exe', 'otel-helper-windows.exe'])(
    'asks about %s that a succeeded build did not leave, and names the build',
    (path) => {
      const mac = file('credential-process-macos-arm64', machO(macCpu.arm64));
      const findings = checkPackage(
        [...good, mac].filter((it) => it.path !== path),
        ofWindows,
      );
      expect(findings).toContainEqual({
        severity: 'ask',
        path,
        text: `${path} is missing from the artifacts of build p:1, although that build succeeded`,
        hint: expect.stringContaining('build again'),
      });
    },
  );

  it('refuses a package that signs nobody in', () => {
    const findings = checkPackage([file('install.sh')], [{ id: 'p:1', target: 'unknown' }]);
    expect(findings).toMatchObject([{ severity: 'refuse', path: 'credential-process-*' }]);
    expect(checkPackage(installers, ofWindows)).toMatchObject([{ severity: 'refuse' }]);
  });

  it('asks about extra files of the profile that are nowhere, and about those that no package can hold', () => {
    const extraFiles = ['certs/', './setup.ps1', 'tools\\bin', 'extra/nul.txt', '/etc/ca.pem'];
    const there = [file('certs/root.pem'), file('setup.ps1'), file('certs-old/x')];
    const findings = checkPackage([...good, ...there], ofWindows, { extraFiles });
    expect(findings).toMatchObject([
      {
        severity: 'ask',
        path: 'tools\\bin',
        text: 'tools\\bin is missing, although it is one of the profile’s extra_files',
        hint: expect.stringContaining('--package-path'),
      },
      { severity: 'ask', text: expect.stringMatching(/^extra\/nul\.txt, .*another file on Windows$/) },
      { severity: 'ask', text: expect.stringMatching(/^\/etc\/ca\.pem, .*an absolute path$/) },
    ]);
  });

  it('asks about a platform whose installer is missing', () => {
    const linux = file('credential-process-linux-x64', elf({ machine: 62 }));
    const findings = checkPackage([...windows, linux], []);
    expect(findings.filter(({ severity }) => severity === 'ask')).toMatchObject([
      { path: 'install.bat', text: 'There is no install.bat: nobody can install it on Windows' },
      { path: 'install.sh', text: 'There is no install.sh: nobody can install it on macOS and Linux' },
    ]);
    expect(checkPackage([...windows, installers[1] as CheckedFile], [])).toEqual([]);
  });

  it('asks about a helper that monitoring needs, and only mentions it where nothing is monitored', () => {
    const mac = file('credential-process-macos-arm64', machO(macCpu.arm64));
    const path = 'otel-helper-macos-arm64';
    expect(checkPackage([...good, mac], ofWindows, { monitoring: true })).toMatchObject([
      { severity: 'ask', path, text: expect.stringContaining('monitoring') },
    ]);
    expect(checkPackage([...good, mac], ofWindows)).toMatchObject([{ severity: 'note', path }]);
    expect(checkPackage([...installers, mac], [], { monitoring: false })).toEqual([]);
  });

  it('refuses programs of another platform, and tells which', () => {
    const wrong = file('otel-helper-windows.exe', elf({ machine: 183 }));
    const findings = checkPackage([...good.slice(0, 3), wrong], ofWindows);
    expect(findings).toMatchObject([
      {
        severity: 'refuse',
        text: 'otel-helper-windows.exe is an ELF binary for Linux on aarch64 (build p:1)',
      },
    ]);
  });

  it('mentions a script in the place of a program', () => {
    const script = Buffer.from('#!/usr/bin/env node\n');
    const linux = ['credential-process-linux-x64', 'otel-helper-linux-x64'].map((path) => file(path, script));
    const findings = checkPackage([...installers, ...linux], [{ id: 'p:2', target: 'linux-x64' }]);
    expect(findings.map(({ severity, text }) => `${severity}: ${text}`)).toEqual([
      'note: credential-process-linux-x64 is a script: it needs node where it is installed',
      'note: otel-helper-linux-x64 is a script: it needs node where it is installed',
    ]);
  });

  it('refuses an installer that is none', () => {
    const findings = checkPackage([...windows, file('install.bat', pe())], []);
    expect(findings).toMatchObject([
      { severity: 'refuse', text: 'install.bat is a Windows program (PE) for x64 (build p:1)' },
    ]);
  });

  it('refuses empty files, but for the administrator’s own', () => {
    const empty = [
      file('install.sh', nothing),
      file('credential-process-linux-x64', nothing),
      file('certs/.keep', nothing),
    ];
    const findings = checkPackage([...windows, file('install.bat'), ...empty], ofWindows);
    const told = findings.map(({ severity, text }) => `${severity}: ${text}`);
    expect(told.slice(0, 3)).toEqual([
      'refuse: install.sh (build p:1) is empty',
      'refuse: credential-process-linux-x64 (build p:1) is empty',
      'note: certs/.keep (build p:1) is empty',
    ]);
  });

  it('refuses names that fall together on Windows, or are a file and a folder', () => {
    expect(checkPackage([...good, file('certs/a.pem'), file('certs/A.pem')], [])).toMatchObject([
      { severity: 'refuse', path: 'certs/A.pem' },
    ]);
    expect(checkPackage([...good, file('Certs'), file('certs/deep/a.pem')], [])).toMatchObject([
      { severity: 'refuse', path: 'certs/deep/a.pem', text: expect.stringContaining('the file Certs') },
    ]);
  });
});
