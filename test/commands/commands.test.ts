import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import {
  compilerFailure,
  endlessBuild,
  failedBuild,
  incompleteArtifact,
  numberedFlood,
  unsupportedPython,
  windowsBuild,
} from '../support/build-scripts.ts';
import { type CommandBench, openCommandBench } from './bench.ts';

let bench: CommandBench;
afterEach(() => bench.close());

const json = (text: string) => JSON.parse(text);

describe('builds', () => {
  it('prints an empty list as JSON, and a hint for people', async () => {
    bench = await openCommandBench();
    expect(await bench.run('builds --json')).toEqual({ code: 0, out: '[]\n', err: '' });
    const printed = await bench.run('builds');
    expect(printed).toMatchObject({ code: 0, out: '' });
    expect(printed.err).toContain('No builds yet');
  });

  it('lists the newest first, as many as asked for', async () => {
    bench = await openCommandBench(numberedFlood(3));
    for (let i = 0; i < 3; i += 1) expect((await bench.run('package --wait')).code).toBe(0);
    const all = json((await bench.run('builds --json')).out);
    expect(all.map((build: { number: number }) => build.number)).toEqual([3, 2, 1]);
    expect(json((await bench.run('builds --json --limit 2')).out)).toEqual(all.slice(0, 2));
  });
});

describe('package', () => {
  it('starts a build, notes it for ccwb and prints its id', async () => {
    bench = await openCommandBench();
    const { code, out } = await bench.run('package');
    expect(code).toBe(0);
    expect(bench.noted).toEqual([out.trim()]);
    expect((await bench.run('build latest')).out).toContain('In progress');
  });

  it('waits for a 13-minute build, ships it and prints the link alone on stdout', async () => {
    const artifact = {
      'credential-process-linux-x64': '#!/bin/sh\n',
      'otel-helper-linux-x64': '#!/bin/sh\n',
    };
    bench = await openCommandBench({ ...windowsBuild, artifact });
    const { code, out, err } = await bench.run('package --distribute --wait --expires-hours 24');
    expect({ code, err: err.slice(-500) }).toMatchObject({ code: 0 });
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+\n$/);
    expect(err).toContain('Compiling 400 of 400');
    expect(err).toMatch(/✓ RECORD/);
    expect(await bench.run('distribute --get-latest')).toMatchObject({
      code: 0,
      out,
      err: expect.stringContaining('works on this machine only'),
    });
    const record = json((await bench.run('distribute --get-latest --json')).out);
    expect(record).toMatchObject({ url: out.trim(), checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const ccwbs = ['url', 'expires', 'package_key', 'checksum', 'filename', 'created'];
    expect(Object.keys(record)).toEqual([...ccwbs, 'state']);
    expect(record.state).toBe('valid');
    const body = Buffer.from(await (await fetch(record.url)).arrayBuffer());
    const digest = await crypto.subtle.digest('SHA-256', body);
    expect(Buffer.from(digest).toString('hex')).toBe(record.checksum);
  });

  it('ships to some addresses only, with the change of the policy shown, and is asked nothing', async () => {
    const artifact = {
      'credential-process-linux-x64': '#!/bin/sh\n',
      'otel-helper-linux-x64': '#!/bin/sh\n',
    };
    bench = await openCommandBench({ ...windowsBuild, artifact });
    const built = await bench.run('package --distribute --allowed-ips 127.0.0.2,127.0.0.0/30 --json', {
      answer: false,
    });
    expect({ code: built.code, err: built.err.slice(-500) }).toMatchObject({ code: 0 });
    const made = json(built.out);
    expect(made.allowed_ips).toEqual(['127.0.0.0/30']);
    expect(built.err).toContain('127.0.0.2/32 is in 127.0.0.0/30 already.');
    expect(built.err).toMatch(/The policy of the bucket \S+ changes:\n {2}\+ Sid: CcwbTui/);
    expect(built.err).toContain('Works only from 127.0.0.0/30');
    expect((await fetch(made.url)).status).toBe(200);
    const elsewhere = json((await bench.run('distribute --allowed-ips 127.0.0.2 --json')).out);
    expect((await bench.run('distribute --get-latest')).err).toContain('Works only from 127.0.0.2/32');
    expect((await fetch(elsewhere.url)).status).toBe(403);
    expect(elsewhere.verified).toContain('signed request');
    expect(await bench.run('distribute --get-latest --allowed-ips 127.0.0.2')).toMatchObject({ code: 2 });
    expect(await bench.run('package --allowed-ips 127.0.0.2')).toMatchObject({ code: 2 });
  });

  it('exits 1 for a failed build, says why, and ships nothing', async () => {
    bench = await openCommandBench(failedBuild);
    const { code, out, err } = await bench.run('package --distribute --wait');
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain(compilerFailure.code);
    expect((await bench.run('distribute --get-latest')).code).toBe(4);
    expect((await bench.run('package --status latest')).code).toBe(1);
  });

  it('says which targets there are when the one asked for is not', async () => {
    bench = await openCommandBench();
    const { code, err } = await bench.run('package --target-platform windows');
    expect(code).toBe(4);
    expect(err).toContain('No CodeBuild project builds windows');
    expect(bench.noted).toEqual([]);
  });
});

describe('build', () => {
  it.each([
    ['a good one', numberedFlood(3), 0],
    ['a failed one', failedBuild, 1],
  ])('--watch exits by the result of %s', async (_name, script, code) => {
    bench = await openCommandBench(script);
    await bench.run('package');
    const watched = await bench.run('build latest --watch --json');
    expect(watched.code).toBe(code);
    expect(json(watched.out).phases.at(-1)).toMatchObject({ type: 'COMPLETED', status: null });
  });

  it('says why a failed one failed, what mends it, and which line shows it', async () => {
    bench = await openCommandBench(unsupportedPython);
    await bench.run('package --wait');
    const { code, out } = await bench.run('build latest');
    expect(code).toBe(0);
    const text = out.split('\n').map((line) => line.trimEnd());
    const at = text.findIndex((line) => line.startsWith('> '));
    expect(text[at]).toMatch(/^> +\d+ {2}FATAL: The Python version '3\.12' is not supported/);
    expect(text.slice(at + 2)).toEqual([
      '',
      'Cause     Nuitka 2.0 does not support Python 3.12.',
      'Known fix Install nuitka==2.7.12 (good for Python 3.12) in the pip line of the buildspec.',
      '',
    ]);
    const { diagnosis } = json((await bench.run('build latest --json')).out);
    const lines = json((await bench.run('logs latest --json')).out);
    expect(diagnosis).toEqual({
      id: 'nuitka-python-version',
      cause: 'Nuitka 2.0 does not support Python 3.12.',
      fix: expect.stringContaining('nuitka==2.7.12'),
      line: lines.findIndex(({ message }: { message: string }) => message.startsWith('FATAL')) + 1,
    });
    expect((await bench.run('build latest --watch')).out).toContain('Known fix Install nuitka==2.7.12');
    expect(json((await bench.run('build latest --watch --json')).out).diagnosis).toEqual(diagnosis);
  });

  it('warns of a succeeded one that lacks a file, and is silent about a good one', async () => {
    bench = await openCommandBench(incompleteArtifact);
    expect((await bench.run('package --wait')).err).toContain('The artifact lacks otel-helper-windows.exe');
    const { out } = await bench.run('build latest');
    expect(out).toContain(
      'Cause     The artifact lacks otel-helper-windows.exe, though the build succeeded.',
    );
    await bench.close();
    bench = await openCommandBench(numberedFlood(3));
    await bench.run('package --wait');
    expect((await bench.run('build latest')).out).not.toContain('Cause');
    expect(json((await bench.run('build latest --json')).out).diagnosis).toBeNull();
  });

  it('diagnoses by what CodeBuild says where the log cannot be read', async () => {
    bench = await openCommandBench(failedBuild);
    await bench.run('package --wait');
    bench.session.services.logs.follow = () => {
      throw new AppError({ kind: 'permission', message: 'No logs for you.' });
    };
    const { code, out, err } = await bench.run('build latest --json');
    expect(code).toBe(0);
    expect(err).toContain('The log could not be read to its end: No logs for you.');
    expect(json(out)).toMatchObject({ status: 'FAILED', diagnosis: null });
  });

  it('says what it does not know', async () => {
    bench = await openCommandBench();
    expect(await bench.run('build deadbeef')).toMatchObject({ code: 4, out: '' });
    expect(await bench.run('build latest')).toMatchObject({ code: 4, out: '' });
  });
});

describe('logs', () => {
  it('prints every line once: all, followed, filtered, as JSON', async () => {
    bench = await openCommandBench(numberedFlood(500));
    await bench.run('package');
    const followed = await bench.run('logs latest --follow');
    expect(followed.code).toBe(0);
    const numbers = (text: string) =>
      [...text.matchAll(/^line (\d+) of the flood$/gm)].map((match) => Number(match[1]));
    const inOrder = Array.from({ length: 500 }, (_, index) => index + 1);
    expect(numbers(followed.out)).toEqual(inOrder);
    expect((await bench.run('logs latest')).out).toBe(followed.out);
    expect(numbers((await bench.run('logs latest --filter flood')).out)).toEqual(inOrder);
    expect((await bench.run('logs latest --filter FLOOD')).out).toBe('');
    const lines = json((await bench.run('logs latest --json --filter flood')).out);
    expect(lines).toHaveLength(500);
    expect(lines[0]).toEqual({
      timestamp: expect.stringMatching(/Z$/),
      message: expect.stringContaining('1'),
    });
    const streamed = (await bench.run('logs latest --json --follow --filter flood')).out
      .trimEnd()
      .split('\n');
    expect(streamed.map(json)).toEqual(lines);
  });

  it('reads what is there of a running build and ends', async () => {
    bench = await openCommandBench(endlessBuild);
    await bench.run('package');
    expect((await bench.run('logs latest')).code).toBe(0);
  });
});

describe('stop and retry', () => {
  it('asks, and changes nothing without a yes', async () => {
    bench = await openCommandBench(endlessBuild);
    await bench.run('package');
    expect((await bench.run('stop latest')).code).toBe(2);
    expect((await bench.run('stop latest', { answer: false })).code).toBe(1);
    expect((await bench.run('stop latest --yes --read-only')).code).toBe(2);
    expect((await bench.run('build latest')).out).toContain('In progress');
    expect((await bench.run('stop latest', { answer: true })).code).toBe(0);
    expect((await bench.run('build latest --watch')).out).toContain('Stopped');
    const again = await bench.run('stop latest --yes');
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('has already ended: Stopped.') });
  });

  it('starts the same build again under an id of its own', async () => {
    bench = await openCommandBench(numberedFlood(1));
    await bench.run('package --wait');
    const { code, out } = await bench.run('retry latest --yes');
    expect(code).toBe(0);
    expect(bench.noted).toHaveLength(2);
    expect(bench.noted[1]).toBe(out.trim());
    expect(bench.noted[0]).not.toBe(bench.noted[1]);
  });
});

describe('a service that does not answer', () => {
  it('ends a watch with 5, never with the result of the build', async () => {
    bench = await openCommandBench(endlessBuild);
    await bench.run('package');
    bench.session.setFaults(({ operation, count }) =>
      operation === 'BatchGetBuilds' && count > 1 ? { kind: 'drop', when: 'before' } : undefined,
    );
    const watched = await bench.run('build latest --watch');
    expect(watched).toMatchObject({ code: 5, out: '' });
    expect(watched.err).toContain('Trying again');
  });

  it('ends a log that may not be read with 3', async () => {
    bench = await openCommandBench(numberedFlood(3));
    await bench.run('package --wait');
    bench.session.setFaults(({ operation }) =>
      operation === 'GetLogEvents'
        ? { kind: 'error', code: 'AccessDeniedException', message: 'not authorized', status: 400 }
        : undefined,
    );
    for (const line of ['logs latest', 'logs latest --follow']) {
      const printed = await bench.run(line);
      expect(printed).toMatchObject({ code: 3, out: '' });
      expect(printed.err).toContain('logs:GetLogEvents');
    }
  });
});

describe('whatever is asked', () => {
  it('ends with 130 when interrupted', async () => {
    bench = await openCommandBench(endlessBuild);
    await bench.run('package');
    const interrupt = new AbortController();
    const running = bench.run('build latest --watch', { signal: interrupt.signal });
    interrupt.abort();
    expect((await running).code).toBe(130);
  });

  it('refuses what changes something under --read-only', async () => {
    bench = await openCommandBench();
    for (const line of [
      'package',
      'distribute',
      'distribute --resume',
      'distribute --clean-up',
      'retry latest --yes',
      'stop latest --yes',
    ]) {
      expect(await bench.run(`${line} --read-only`)).toMatchObject({ code: 2, out: '' });
    }
    expect(bench.noted).toEqual([]);
  });
});

describe('distribute --build', () => {
  it('given twice takes both builds, and is refused where they are of one target', async () => {
    const artifact = {
      'credential-process-linux-x64': '#!/bin/sh\n',
      'otel-helper-linux-x64': '#!/bin/sh\n',
    };
    bench = await openCommandBench({ ...numberedFlood(3), artifact });
    for (let i = 0; i < 2; i += 1) await bench.run('package --wait');
    const [first, second] = bench.noted;
    const refused = await bench.run(`distribute --build ${first} --build ${second}`);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(`The builds ${first} and ${second} are both`);
    // One build by two of its names is one.
    const shipped = await bench.run(`distribute --json --build latest --build ${second}`);
    expect(shipped.code).toBe(0);
    expect(json(shipped.out).builds).toEqual([second]);
    expect(await bench.run('distribute --build=')).toMatchObject({ code: 2, out: '' });
  });
});

describe('a distribution that is cut off', () => {
  const artifact = {
    'credential-process-linux-x64': '#!/bin/sh\n',
    'otel-helper-linux-x64': '#!/bin/sh\n',
  };

  /** Cut off right after its upload, by a connection that does not come back. */
  async function cutOff(): Promise<void> {
    bench = await openCommandBench({ ...numberedFlood(3), artifact });
    await bench.run('package --wait');
    bench.session.setFaults(({ operation }) =>
      operation === 'HeadObject' ? { kind: 'drop', when: 'before' } : undefined,
    );
    const { code, err } = await bench.run('distribute');
    expect(code).toBe(5);
    expect(err).toContain('What was uploaded is kept');
    bench.session.setFaults(undefined);
  }

  it('is told of by the next, and finished by --resume', async () => {
    await cutOff();
    const next = await bench.run('distribute');
    expect(next.code).toBe(0);
    expect(next.err).toMatch(/^Left unfinished: claude-code-package-/);
    const { code, out, err } = await bench.run('distribute --resume');
    expect(code).toBe(0);
    expect(err).toMatch(/^Finishing claude-code-package-/);
    expect((await fetch(out.trim())).status).toBe(200);
    expect(err).toContain('which is newer');
    expect(await bench.run('distribute --get-latest')).toMatchObject({ out: next.out });
    expect(await bench.run('distribute --resume')).toMatchObject({ code: 4, out: '' });
  });

  it('is removed by --clean-up', async () => {
    await cutOff();
    const { code, out } = await bench.run('distribute --clean-up --json');
    expect(code).toBe(0);
    expect(json(out)).toEqual({ removed: [expect.stringMatching(/^packages\/.*\.zip$/)] });
    const again = await bench.run('distribute --clean-up');
    expect(again).toMatchObject({ code: 0, err: 'No distribution was left unfinished on this machine.\n' });
  });

  it.each([
    '--resume --clean-up',
    '--resume --expires-hours 3',
    '--get-latest --resume',
    '--clean-up --qr',
    '--build=',
    '--package-path=',
    '--clean-up --build x',
  ])('takes no %s', async (options) => {
    bench = await openCommandBench();
    expect(await bench.run(`distribute ${options}`)).toMatchObject({ code: 2, out: '' });
  });
});
