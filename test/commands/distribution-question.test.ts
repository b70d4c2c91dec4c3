import { afterEach, describe, expect, it } from 'vitest';
import { questionsAnsweredBy } from '../../src/commands/distribution-question.ts';
import { windowsBuild } from '../support/build-scripts.ts';
import { type CommandBench, openCommandBench } from './bench.ts';

const programs = {
  'credential-process-linux-x64': '#!/bin/sh\n',
  'otel-helper-linux-x64': '#!/bin/sh\n',
};
const { 'otel-helper-linux-x64': _, ...incomplete } = programs;

let bench: CommandBench;
afterEach(() => bench.close());

/** A bench whose newest build left these files. */
async function built(artifact: Record<string, string>): Promise<void> {
  bench = await openCommandBench({ ...windowsBuild, artifact });
  expect((await bench.run('package --wait')).code).toBe(0);
}

const absent = 'otel-helper-linux-x64 is missing from the artifacts of build';

describe('distribute, where a succeeded build left out an exe', () => {
  it('is refused without a terminal, names what is missing and the flag, and exits 1', async () => {
    await built(incomplete);
    const { code, out, err } = await bench.run('distribute');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(absent);
    expect((await bench.run('distribute --get-latest')).code).toBe(4);
  });

  it('asks on the terminal; a no makes nothing, a yes the package', async () => {
    await built(incomplete);
    const no = await bench.run('distribute', { answer: false });
    expect(no).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`! ${absent}`) });
    expect(no.err).toContain('Not made, as answered');
    expect((await bench.run('distribute --get-latest')).code).toBe(4);
    const yes = await bench.run('distribute --json', { answer: true });
    expect(yes.code).toBe(0);
    expect(JSON.parse(yes.out)).toMatchObject({ platforms: ['linux-x64'] });
  });

  it('goes on with --yes and says all the same what is missing', async () => {
    await built(incomplete);
    const { code, err } = await bench.run('distribute --yes');
    expect(code).toBe(0);
    expect(err).toContain(`! ${absent}`);
  });

  it('is answered by --yes in package --distribute too, where alone it belongs', async () => {
    await built(incomplete);
    expect(await bench.run('package --distribute')).toMatchObject({ code: 1, out: '' });
    expect((await bench.run('package --distribute --yes')).code).toBe(0);
    expect(await bench.run('package --yes')).toMatchObject({ code: 2 });
  });
});

describe('the tree of a package', () => {
  it('is drawn on stderr with sizes, kinds and platforms, and told by --json', async () => {
    await built(programs);
    const { out, err } = await bench.run('distribute --json');
    expect(err).toMatch(/^ {2}claude-code-package\/$/m);
    expect(err).toMatch(/^ {2}├─ claude-settings\/\n {2}│ {2}└─ settings\.json +\d+ B {2}text$/m);
    expect(err).toMatch(/^ {2}├─ credential-process-linux-x64 +10 B {2}script$/m);
    expect(err).toMatch(/^ {2}Signs in on: linux-x64\n {2}Has nothing for: windows, /m);
    const made = JSON.parse(out);
    expect(made).toMatchObject({ platforms: ['linux-x64'], missing: expect.arrayContaining(['windows']) });
    expect(made.files).toContainEqual({
      path: 'otel-helper-linux-x64',
      size: 10,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      kind: 'script',
      origin: expect.stringMatching(/^build /),
    });
  });
});

describe('a change of the bucket’s policy', () => {
  it('is shown line by line before it is asked about', async () => {
    await built(programs);
    let printed = '';
    const io = {
      out: async () => {},
      err: (text: string) => {
        printed += text;
      },
      confirm: async (question: string) => question === 'Change the policy?',
      color: false,
      unicode: true,
      timeZone: 'UTC',
    };
    const { ask } = questionsAnsweredBy(io, false);
    const question = { kind: 'policy', bucket: 'b', added: ['new'], removed: ['old'] } as const;
    expect(await ask?.(question, new AbortController().signal)).toBe(true);
    expect(printed).toBe('  The policy of the bucket b changes:\n  - old\n  + new\n');
  });
});
