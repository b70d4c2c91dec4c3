import { afterEach, describe, expect, it } from 'vitest';
import { formatOf } from '../../src/domain/binary-format.ts';
import type { DistributionEvent, DistributionQuestion } from '../../src/domain/distribution.ts';
import { isAbort } from '../../src/domain/errors.ts';
import { packageTree } from '../../src/domain/package-tree.ts';
import { keys } from '../support/fake-terminal.tsx';
import { type StartedProgram, startProgram } from '../support/program.tsx';
import { elf, pe } from '../support/programs.ts';

const missing: DistributionQuestion = {
  kind: 'incomplete',
  findings: [
    'otel-helper-windows.exe is missing from the artifacts of build claude-code-auth-windows-build:abc12345, although that build succeeded.',
  ],
};

const file = (path: string, bytes: Buffer) => {
  const fields = { mode: 0o644, origin: 'build claude-code-auth-windows-build:abc12345', sha256: 'ab' };
  return { path, size: bytes.length, format: formatOf(bytes), ...fields };
};

const text = Buffer.from('text');
const small = packageTree([
  file('README.md', text),
  file('claude-settings/settings.json', text),
  file('credential-process-linux-x64', elf({ machine: 62 })),
  file('credential-process-windows.exe', pe()),
]);
const large = packageTree(
  Array.from({ length: 60 }, (_, index) => file(`certs/root-${100 + index}.pem`, text)).concat(
    file('credential-process-windows.exe', pe()),
  ),
);

const upTo = (tree: typeof small): DistributionEvent[] => [
  { kind: 'step', step: 'CHECK', state: 'started' },
  { kind: 'tree', tree },
];

let program: StartedProgram | undefined;
afterEach(async () => {
  program?.account.making.end();
  await program?.quit();
  program = undefined;
});

async function ship(given: Parameters<typeof startProgram>[0] = {}): Promise<StartedProgram> {
  program = startProgram(given);
  await program.terminal.until((shown) => shown.includes('9f3c1a2b'), 'the builds');
  program.terminal.type('jjd');
  await program.terminal.until((shown) => shown.includes('Making a package'), 'the run');
  return program;
}

describe('a question of the run', () => {
  it('stands on its screen with what was found, and Enter means no', async () => {
    const { terminal, account } = await ship();
    account.making.push(...upTo(small));
    const answer = account.ask(missing);
    await terminal.until((shown) => shown.includes('Make the package all the same?'));
    expect(terminal.rows().slice(1, 16)).toEqual([
      '▲ Waiting for your answer  of the newest good builds, link for 48 h',
      '',
      '  · COLLECT         the binaries of the builds',
      '  ◐ CHECK       0s  that they are what they claim',
      '  · PACK            the zip, and its sha256',
      '  · UPLOAD          to the bucket',
      '  · LINK            signed, with its true end',
      '  · VERIFY          read back through the link',
      '  · RECORD          where ccwb looks for it; only now others see it',
      '',
      '  Something expected is not in the package:',
      '  ! otel-helper-windows.exe is missing from the artifacts of build',
      '    claude-code-auth-windows-build:abc12345, although that build succeeded.',
      '',
      '',
    ]);
    expect(terminal.rows().at(-1)).toBe('y make it  ⏎ n no  t files  1 builds  2 packages');
    terminal.type(keys.enter);
    await expect(answer).resolves.toBe(false);
    await terminal.until((shown) => shown.includes('Making a package'));
  });

  it.each([
    ['y', true],
    ['n', false],
    [keys.esc, false],
    ['q', false],
  ])('is answered by %j with %s', async (key, yes) => {
    const { terminal, account } = await ship();
    const answer = account.ask(missing);
    await terminal.until((shown) => shown.includes('Make the package all the same?'));
    terminal.type(key);
    await expect(answer).resolves.toBe(yes);
    await terminal.until((shown) => shown.includes('Making a package'));
  });

  it('waits while one looks elsewhere, says so there, and keys mean there what they always do', async () => {
    const { terminal, account } = await ship();
    terminal.type('1');
    await terminal.until((shown) => shown.includes('STARTED'));
    const answer = account.ask(missing);
    await terminal.until((shown) => shown.includes('The package waits for your answer: d leads to it.'));
    terminal.type('/yn');
    await terminal.until((shown) => shown.includes('Filter: yn'));
    terminal.type(keys.esc);
    await terminal.until((shown) => shown.includes('d leads to it'));
    terminal.type('2');
    await terminal.until((shown) => shown.includes('Distributions') && shown.includes('d leads to it'));
    terminal.type('d');
    await terminal.until((shown) => shown.includes('Make the package all the same?'));
    terminal.type('y');
    await expect(answer).resolves.toBe(true);
    terminal.type('1');
    await terminal.until((shown) => shown.includes('STARTED') && !shown.includes('waits for your answer'));
  });

  it('shows a change of the bucket’s policy line by line, and scrolls where it is long', async () => {
    const { terminal, account } = await ship();
    const added = Array.from({ length: 30 }, (_, index) => `line ${index + 1} of the statement`);
    const answer = account.ask({ kind: 'policy', bucket: 'my-bucket', added, removed: ['the old one'] });
    await terminal.until((shown) => shown.includes('Change the policy?'));
    expect(terminal.text()).toContain('The policy of the bucket my-bucket is to change:');
    expect(terminal.text()).toContain('- the old one');
    expect(terminal.text()).toMatch(/\+ line 1 of the statement/);
    expect(terminal.text()).not.toContain('line 30');
    for (let page = 0; page < 4; page += 1) terminal.type(keys.pageDown);
    await terminal.until((shown) => shown.includes('+ line 30 of the statement'));
    terminal.type('y');
    await expect(answer).resolves.toBe(true);
  });

  it('is withdrawn where the program is left', async () => {
    const { terminal, account, ended } = await ship();
    const answer = account.ask(missing).catch((error: unknown) => isAbort(error));
    await terminal.until((shown) => shown.includes('Make the package all the same?'));
    terminal.type(keys.ctrlC);
    await terminal.until((shown) => shown.includes('again to stop and leave'));
    terminal.type(keys.ctrlC);
    await expect(ended).resolves.toBe(0);
    await expect(answer).resolves.toBe(true);
  });
});

describe('the files of a package', () => {
  it('stand below the steps from CHECK on', async () => {
    const { terminal, account } = await ship();
    account.making.push(...upTo(small));
    await terminal.until((shown) => shown.includes('claude-code-package/'));
    expect(terminal.rows().slice(11, 19)).toEqual([
      '  claude-code-package/',
      '  ├─ README.md                           4 B  text',
      '  ├─ claude-settings/',
      '  │  └─ settings.json                    4 B  text',
      '  ├─ credential-process-linux-x64       64 B  ELF x86-64',
      '  └─ credential-process-windows.exe    392 B  PE x64',
      '  Signs in on: windows, linux-x64',
      '  Has nothing for: macos-arm64, macos-intel, linux-arm64',
    ]);
  });

  it.each([
    [80, 24],
    [200, 60],
  ])('open whole with t at %dx%d, scroll to their end, and close again', async (columns, rows) => {
    const { terminal, account } = await ship({ columns, rows });
    account.making.push(...upTo(large));
    await terminal.until((shown) => shown.includes('t shows them'));
    terminal.type('t');
    await terminal.until((shown) => shown.includes('61 files, 632 B, for windows'));
    expect(terminal.rows().every((row) => row.length <= columns)).toBe(true);
    const origin = 'build claude-code-auth-windows-build:abc12345';
    expect(terminal.text().includes(origin)).toBe(columns === 200);
    for (let page = 0; page < 6; page += 1) terminal.type(keys.pageDown);
    await terminal.until((shown) => shown.includes('Has nothing for: macos-arm64'));
    terminal.type(keys.esc);
    await terminal.until((shown) => shown.includes('Making a package'));
  });
});
