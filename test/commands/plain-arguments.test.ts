import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/commands/command-line.ts';
import { plainArguments } from '../../src/commands/plain-arguments.ts';

const words = [
  ...['--profile', '--region', '--project', '--endpoint-url', '--source', '--debug'],
  ...['--profile=it', '--region=eu-west-1', '--debug=', '--source=--ascii', '--project=a=b', '--sandbox=yes'],
  ...['--sandbox', '--read-only', '--no-color', '--ascii', '--json', '--version', '--help', '--', '-', '-p'],
  ...[
    'latest',
    'win-build:1234',
    '9f3c1a2b',
    'builds',
    'build',
    'sandbox',
    'status',
    'frobnicate',
    '',
    'cafe',
  ],
  ...['http://127.0.0.1:1', 'ftp://x', 'eu central', 'it', '--color', '--no-sandbox', '--prof', '--frob'],
  ...['--limit', '--yes', '__proto__', 'constructor', '--__proto__', '--expires-hours=2', '-abc4', 'ÄÖ:ü'],
];

function full(argv: readonly string[]) {
  try {
    return parseCommandLine(argv, '1.2.3');
  } catch {
    return undefined;
  }
}

const plainLines = [
  '',
  '--sandbox',
  '--source dir',
  '--profile it --region eu-west-1 latest',
  'latest --project=mine --read-only --no-color --ascii',
  '--endpoint-url http://127.0.0.1:1 --debug file 9f3c1a2b',
  '--profile one --profile two',
];

describe('arguments read without the parser of the command line', () => {
  it('are what the parser makes of them, or nothing', () => {
    let plain = 0;
    const lines = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 6 });
    fc.assert(
      fc.property(lines, (argv) => {
        const read = plainArguments(argv);
        if (!read) return;
        plain += 1;
        expect(full(argv)).toEqual(read);
      }),
      { numRuns: 3_000, examples: plainLines.map((line) => [line.split(' ').filter(Boolean)]) },
    );
    expect(plain).toBeGreaterThan(plainLines.length);
  });

  it.each(plainLines)('are read where they are plain: %j', (line) => {
    const argv = line.split(' ').filter(Boolean);
    expect(plainArguments(argv)).toEqual(full(argv));
    expect(plainArguments(argv)).toMatchObject({ kind: 'program' });
  });

  it.each([
    'builds',
    'builds --sandbox',
    '--sandbox sandbox status',
    '--json',
    '--help',
    '--version',
    '--profile',
    '--profile= latest',
    '--profile --sandbox',
    '--sandbox --endpoint-url http://127.0.0.1:1',
    '--source dir --endpoint-url http://127.0.0.1:1',
    'latest extra',
    'latest latest',
    '--frob',
  ])('are left to the parser where they are not: %j', (line) => {
    expect(plainArguments(line.split(' '))).toBeUndefined();
  });
});
