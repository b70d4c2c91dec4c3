import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { questionsAnsweredBy } from '../../src/commands/distribution-question.ts';
import { leaving } from '../services/distributions/ship-bench.ts';
import { type CommandBench, openCommandBench } from './bench.ts';

const programs = {
  'credential-process-linux-x64': '#!/bin/sh\n',
  'otel-helper-linux-x64': '#!/bin/sh\n',
};
const { 'otel-helper-linux-x64': _, ...incomplete } = programs;

/** A bench whose newest build left these files. */
async function built(artifact: Record<string, string>): Promise<CommandBench> {
  const bench = await openCommandBench(leaving(artifact));
  expect((await bench.run('package --wait')).code).toBe(0);
  return bench;
}

const absent = 'otel-helper-linux-x64 is missing from the artifacts of build';

describe('a succeeded build that left out an exe', () => {
  let bench: CommandBench;

  beforeAll(async () => {
    bench = await built(incomplete);
  });

  afterAll(() => bench.close());

  it('is refused without a terminal, with what is missing and the flag that answers, and exits 1', async () => {
    for (const line of ['distribute', 'package --distribute']) {
      const { code, out, err } = await bench.run(line);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(absent);
    }
  });

  it('is asked about on the terminal: a no makes nothing', async () => {
    const { code, out, err } = await bench.run('distribute', { answer: false });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`! ${absent}`);
    expect(err).toContain('Not made, as answered');
  });

  it('is shipped with a yes', async () => {
    const { code, out } = await bench.run('distribute --json', { answer: true });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ platforms: ['linux-x64'] });
  });

  it('is shipped with --yes, and what is missing is said all the same', async () => {
    const { code, err } = await bench.run('distribute --yes');
    expect(code).toBe(0);
    expect(err).toContain(`! ${absent}`);
    expect((await bench.run('package --distribute --yes')).code).toBe(0);
  });

  it('needs --distribute for --yes to mean anything in package', async () => {
    expect(await bench.run('package --yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--yes'),
    });
  });
});

describe('the tree of a package', () => {
  it('is drawn on stderr with sizes, kinds and platforms, and told by --json', async () => {
    const bench = await built(programs);
    const { out, err } = await bench.run('distribute --json');
    await bench.close();
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
