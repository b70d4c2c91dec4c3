import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose, isDiagnosable } from '../../../src/domain/diagnosis/diagnose.ts';
import { type DiagnosableLog, findDiagnosis } from '../../../src/domain/diagnosis/find-diagnosis.ts';
import { isErrorLine } from '../../../src/domain/log-grammar.ts';
import { command, exampleBuild } from './examples.ts';

const prefix = '[Container] 2026/11/20 10:35:02.123456 ';
const fatal =
  "FATAL: The Python version '3.12' is not supported by Nuitka '2.0', but an upcoming release will.";

/** A log that counts how many of its lines were read. */
function logOf(lines: readonly string[], first = 0): DiagnosableLog & { read: number } {
  const error = lines.findIndex((line, number) => number >= first && isErrorLine(line));
  const log = {
    count: lines.length,
    first,
    read: 0,
    line(number: number) {
      log.read += 1;
      const text = number < first ? undefined : lines[number];
      return text === undefined ? undefined : { text };
    },
    firstError: () => (error < 0 ? undefined : error),
  };
  return log;
}

const failed = exampleBuild({ context: command });
const filler = (count: number, text = 'Nuitka-Scons: Compiling module.botocore.c') =>
  Array.from({ length: count }, () => text);

describe('a diagnosis', () => {
  it('names the very line, also one with colours and behind other errors', () => {
    const lines = [
      'Entering',
      'error: something else',
      ...filler(50),
      `\x1b[31m${fatal}\x1b[0m`,
      'Build completed',
    ];
    expect(findDiagnosis(failed, logOf(lines))).toMatchObject({ id: 'nuitka-python-version', line: 52 });
  });

  it('prefers the first of two lines that are equally sure, and a sure one to a likely one', () => {
    const missing = "FATAL: Error, file 'a.py' is not found.";
    expect(findDiagnosis(failed, logOf([missing, fatal]))?.id).toBe('nuitka-source-missing');
    const network = 'WARNING: Retrying after connection broken: Failed to establish a new connection';
    expect(findDiagnosis(failed, logOf([network, fatal]))?.line).toBe(1);
    expect(findDiagnosis(failed, logOf([network]))?.id).toBe('no-network');
  });

  it('goes by what CodeBuild says of the failed phase before any line', () => {
    const message = 'NoSuchKey: The specified key does not exist.';
    const build = exampleBuild({ phase: 'DOWNLOAD_SOURCE', context: { code: 'CLIENT_ERROR', message } });
    const said = `${prefix}Phase context status code: CLIENT_ERROR Message: ${message}`;
    expect(findDiagnosis(build, logOf([fatal, said]))).toMatchObject({ id: 'source-missing', line: 1 });
    expect(findDiagnosis(build)).toMatchObject({ id: 'source-missing' });
    expect(findDiagnosis(build)).not.toHaveProperty('line');
  });

  it('finds the cause of a symptom in the log', () => {
    const message = 'no matching artifact paths found';
    const build = exampleBuild({ phase: 'UPLOAD_ARTIFACTS', context: { code: 'CLIENT_ERROR', message } });
    const said = `${prefix}Phase context status code: CLIENT_ERROR Message: ${message}`;
    expect(findDiagnosis(build, logOf(['x', said]))).toMatchObject({ id: 'no-artifacts', line: 1 });
    expect(findDiagnosis(build, logOf([fatal, said]))).toMatchObject({
      id: 'nuitka-python-version',
      line: 0,
    });
  });

  it('does not take the command that was run for what came of it', () => {
    const shown = `Write-Host "${fatal}"`;
    const lines = [
      `${prefix}Running command ${shown}`,
      `${prefix}Command did not exit successfully ${shown} exit status 1`,
      `${prefix}Phase context status code: COMMAND_EXECUTION_ERROR Message: Error while executing command: ${shown}. Reason: exit status 1`,
    ];
    const message = `Error while executing command: ${shown}. Reason: exit status 1`;
    const build = exampleBuild({ context: { code: 'COMMAND_EXECUTION_ERROR', message } });
    expect(findDiagnosis(build, logOf(lines))).toBeUndefined();
    const killed = lines.map((line) => line.replace(/exit status 1$/, 'exit status 137'));
    expect(findDiagnosis(build, logOf(killed))).toMatchObject({ id: 'out-of-memory', line: 1 });
  });

  it('is not made for builds that somebody stopped, or that run', () => {
    for (const status of ['STOPPED', 'IN_PROGRESS'] as const) {
      const build = exampleBuild({ status, context: command });
      expect(isDiagnosable(build)).toBe(false);
      expect(findDiagnosis(build, logOf([fatal]))).toBeUndefined();
    }
  });

  it('warns of a succeeded build whose artifact lacks a file, and is silent about a good one', () => {
    const good = exampleBuild({ status: 'SUCCEEDED' });
    const skipped = `${prefix}Skipping invalid file path otel-helper-windows.exe`;
    const broken = ['FATAL: Failed unexpectedly in Scons C backend compilation.', ...filler(5), skipped];
    expect(findDiagnosis(good, logOf(broken))).toMatchObject({ id: 'artifact-incomplete', line: 6 });
    expect(findDiagnosis(good, logOf(broken.slice(0, 3)))).toMatchObject({ id: 'nuitka-failed-silently' });
    expect(findDiagnosis(good, logOf(filler(30)))).toBeUndefined();
    // What a failed build would be explained by says nothing about a good one.
    expect(findDiagnosis(good, logOf(["ModuleNotFoundError: No module named 'x'"]))).toBeUndefined();
  });

  it('reads no more of a long log than its budget, around the first error and at the end', () => {
    const lines = [...filler(40_000), 'error: it begins here', ...filler(10), fatal, ...filler(60_000)];
    const log = logOf(lines);
    expect(findDiagnosis(failed, log, 100_000)).toMatchObject({ line: 40_011 });
    expect(log.read).toBeLessThan(5_000);
    const atEnd = logOf(['error: early', ...filler(60_000), fatal, ...filler(20)]);
    expect(findDiagnosis(failed, atEnd, 100_000)).toMatchObject({ line: 60_001 });
    expect(atEnd.read).toBeLessThan(5_000);
  });

  it('looks at no line twice, and at none that was dropped', () => {
    const log = logOf(filler(1_000), 300);
    findDiagnosis(failed, log);
    expect(log.read).toBe(700);
    expect(findDiagnosis(failed, logOf([]))).toBeUndefined();
  });

  it('is the same however much the budget exceeds the log, and never throws', () => {
    const piece = fc.constantFrom(
      fatal,
      'error: x',
      "The term 'choco' is not recognized",
      'x',
      '{file}',
      prefix,
    );
    const lines = fc.array(fc.oneof(piece, fc.string({ maxLength: 60 })), { maxLength: 30 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 400 }), (text, budget) => {
        const whole = findDiagnosis(failed, logOf(text));
        expect(findDiagnosis(failed, logOf(text), 1e9)).toEqual(whole);
        const some = findDiagnosis(failed, logOf(text), budget);
        if (some?.line !== undefined) expect(text[some.line]).toBeDefined();
      }),
    );
  });

  it('cuts a name out of the log to what a line holds', () => {
    const long = `FATAL: Error, file '${'x'.repeat(70)}' is not found.`;
    const cause = diagnose(failed, [{ number: 0, text: long }])?.cause;
    expect(cause).toBe(`Nuitka is to compile ${'x'.repeat(39)}…, which is not in the source.`);
  });
});
