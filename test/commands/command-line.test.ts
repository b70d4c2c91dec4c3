import { describe, expect, it } from 'vitest';
import { type CommandLine, parseCommandLine } from '../../src/commands/command-line.ts';
import { AppError, exitCodeFor } from '../../src/domain/errors.ts';

const parse = (line: string): CommandLine => parseCommandLine(line === '' ? [] : line.split(' '), '1.2.3');

function refusal(...argv: string[]): AppError {
  try {
    parseCommandLine(argv, '1.2.3');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${argv.join(' ')} was accepted`);
}

describe('the command line', () => {
  it('opens the program without arguments', () => {
    expect(parse('')).toMatchObject({
      kind: 'program',
      options: { sandbox: false, json: false, color: true },
    });
  });

  it.each(['latest', 'win-build:1234', '9f3c1a2b', '9F3C1A2B-77aa'])('opens build %s', (build) => {
    expect(parse(build)).toMatchObject({ kind: 'program', build });
  });

  it('takes global options before and after the command', () => {
    expect(parse('--sandbox builds --json')).toMatchObject({ options: { sandbox: true, json: true } });
    expect(parse('builds --sandbox --json')).toMatchObject({ options: { sandbox: true, json: true } });
  });

  it('takes --source for the sandbox', () => {
    expect(parse('builds --source dir')).toMatchObject({ options: { sandbox: true, source: 'dir' } });
  });

  it('prints version and help', () => {
    expect(parse('--version')).toEqual({ kind: 'text', text: '1.2.3\n' });
    for (const line of ['--help', 'builds --help', 'sandbox --help', 'sandbox env --help']) {
      expect(parse(line)).toMatchObject({ kind: 'text', text: expect.stringContaining('Usage: ccwb-tui') });
    }
  });

  it.each([
    [['frobnicate'], "Unknown command 'frobnicate'."],
    [['builds', '--frob'], "Unknown option '--frob'."],
    [['--frob'], "Unknown option '--frob'."],
    [['sandbox', 'frob'], "Unknown command 'frob'."],
    [['builds', '--limit'], "Option '--limit <n>' argument missing."],
    [['build'], "Missing required argument 'build'."],
    [['sandbox'], 'A subcommand is missing.'],
    [['link', 'list'], "Unknown command 'link'."],
    [['links', 'frob'], "Unknown command 'frob'."],
    [['--profile', 'it', 'frobnicate', '--json', 'it'], "Unknown command 'frobnicate'."],
    [['latest', 'extra'], 'Too many arguments'],
    [['builds', 'extra'], 'Too many arguments'],
    [
      ['--sandbox', '--endpoint-url', 'http://127.0.0.1:1'],
      '--sandbox and --endpoint-url exclude each other.',
    ],
    [['--profile', '', 'builds'], '--profile needs a value.'],
    [['builds', '--region', 'eu central'], "--region takes the name of a region, not 'eu central'."],
    [['builds', '--endpoint-url', 'ftp://x'], '--endpoint-url takes an address that begins with http://'],
    [['builds', '--endpoint-url', 'localhost:1'], '--endpoint-url takes an address that begins with http://'],
    [['builds', '--endpoint-url', 'http://'], '--endpoint-url takes an address that begins with http://'],
    [['logs', 'latest', '--filter', '('], "--filter takes a regular expression; '(' is none"],
    [['logs', 'latest', '--since', '30'], "--since takes an age, not '30'."],
    [['package', '--target-platform', 'amiga'], "--target-platform does not know 'amiga'."],
    [['package', '--target-platform', 'linux,'], "--target-platform does not know ''."],
    [['sandbox', 'serve', '--port', '0'], "--port takes 1 to 65535, not '0'."],
  ])('refuses %j with one message', (argv, message) => {
    const error = refusal(...argv);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
    expect(exitCodeFor(error)).toBe(2);
  });

  it('gives a hint with each refusal', () => {
    for (const argv of [['frobnicate'], ['builds', '--frob'], ['sandbox', 'serve', '--port', '0']]) {
      expect(refusal(...argv).hint, argv.join(' ')).toMatch(/^\S.*\.$/);
    }
  });

  it.each(['0', '169', 'abc', '1e2', '1.5', '-1', '', '+5', ' 5'])('refuses --expires-hours %j', (value) => {
    for (const name of ['distribute', 'package']) {
      expect(exitCodeFor(refusal(name, '--expires-hours', value))).toBe(2);
    }
  });

  it.each(['', '0.0.0.0/0', '10.0.0.5/8', 'example.com', '1.2.3.4-1.2.3.9'])(
    'refuses --allowed-ips %j',
    (value) => {
      for (const name of ['distribute', 'package']) {
        const error = refusal(name, '--allowed-ips', value);
        expect(exitCodeFor(error)).toBe(2);
        expect(error.hint).toMatch(/\.$/);
      }
    },
  );

  it.each(['0', '-1', '1.5', '1e2', '', 'x'])('refuses --limit %j', (value) => {
    expect(exitCodeFor(refusal('builds', '--limit', value))).toBe(2);
  });
});
