import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcementOf, isErrorLine, withoutPrefix } from '../../src/domain/log-grammar.ts';

const own = (text: string) => `[Container] 2024/04/21 21:06:52.675129 ${text}`;

describe('withoutPrefix', () => {
  it('takes the prefix off, with and without fractions', () => {
    expect(withoutPrefix(own('Entering phase BUILD'))).toEqual({
      isCodeBuild: true,
      text: 'Entering phase BUILD',
      at: Date.UTC(2024, 3, 21, 21, 6, 52, 675),
    });
    expect(withoutPrefix('[Container] 2018/01/15 10:30:45 Running command ls')).toEqual({
      isCodeBuild: true,
      text: 'Running command ls',
      at: Date.UTC(2018, 0, 15, 10, 30, 45),
    });
    expect(withoutPrefix('[Container] 2018/01/15 10:30:45')).toMatchObject({ isCodeBuild: true, text: '' });
  });

  it('leaves every other line as it is', () => {
    expect(withoutPrefix('[Container] ready')).toEqual({ isCodeBuild: false, text: '[Container] ready' });
    fc.assert(
      fc.property(fc.string(), (line) => {
        fc.pre(!line.startsWith('[Container] '));
        expect(withoutPrefix(line)).toEqual({ isCodeBuild: false, text: line });
      }),
    );
  });
});

describe('announcementOf', () => {
  it.each([
    ['Entering phase PRE_BUILD', { kind: 'phase-begins', phase: 'PRE_BUILD' }],
    ['Phase is DOWNLOAD_SOURCE', { kind: 'phase-begins', phase: 'DOWNLOAD_SOURCE' }],
    ['Phase complete: BUILD State: FAILED', { kind: 'phase-ends', phase: 'BUILD', succeeded: false }],
    ['Phase complete: BUILD State: SUCCEEDED', { kind: 'phase-ends', phase: 'BUILD', succeeded: true }],
    ['Phase complete: PRE_BUILD Success: true', { kind: 'phase-ends', phase: 'PRE_BUILD', succeeded: true }],
    [
      'Phase complete: PRE_BUILD Success: false',
      { kind: 'phase-ends', phase: 'PRE_BUILD', succeeded: false },
    ],
    ['Phase context status code:  Message: ', { kind: 'context', code: '', message: '' }],
    [
      'Phase context status code: CLIENT_ERROR Message: no matching artifact paths found',
      { kind: 'context', code: 'CLIENT_ERROR', message: 'no matching artifact paths found' },
    ],
    ['Running command node build.js --all', { kind: 'command', command: 'node build.js --all' }],
    [
      'Command did not exit successfully node build.js exit status 3',
      { kind: 'command-failed', command: 'node build.js', exitStatus: 3 },
    ],
    ['Registering with agent', { kind: 'other' }],
  ])('%s', (text, expected) => {
    expect(announcementOf(own(text))).toEqual(expected);
  });

  it('does not believe a program that prints the same words', () => {
    expect(announcementOf('Entering phase BUILD')).toBeUndefined();
  });
});

describe('isErrorLine', () => {
  it.each([
    'error: cannot find module',
    'src/main.ts(3,1): error TS2345: Argument of type',
    'ValueError: invalid literal',
    'Traceback (most recent call last):',
    'npm ERR! code ELIFECYCLE',
    'FATAL: Python 3.13 is not supported',
    '\x1b[31mError:\x1b[0m it broke',
    'bash: pyhton: command not found',
    'ls: x: No such file or directory',
    '/usr/bin/python3: No module named nuitka',
    'An error occurred (AccessDenied) when calling the PutObject operation',
    own('Command did not exit successfully false exit status 1'),
    own('Phase complete: BUILD State: FAILED'),
    own('Phase context status code: COMMAND_EXECUTION_ERROR Message: exit status 1'),
  ])('%s is one', (line) => {
    expect(isErrorLine(line)).toBe(true);
  });

  it.each([
    'Compiling module.errors.c',
    '0 errors, 2 warnings',
    'finished: no errors: good',
    'errors: 0',
    'running with --error=ignore',
    'cp error.log out/',
    own('Running command echo error: none'),
    own('Phase complete: BUILD State: SUCCEEDED'),
    own('Phase context status code:  Message: '),
    '',
  ])('%s is none', (line) => {
    expect(isErrorLine(line)).toBe(false);
  });

  it('looks at a long line in reasonable time', () => {
    for (const unit of ['error ', 'Error', 'exit status ', ' error   ', 'E']) {
      expect(isErrorLine(`${unit.repeat(16_384 / unit.length)}x`)).toBeTypeOf('boolean');
    }
  });
});
