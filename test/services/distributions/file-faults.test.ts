import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type DiskError,
  diskError,
  type FileFaults,
  type FileOperation,
  watchFiles,
} from '../../support/file-faults.ts';
import { type RichBench, startRichBench } from './rich-bench.ts';
import { notes } from './ship-bench.ts';

let rich: RichBench;
let files: FileFaults;
const codes: readonly DiskError[] = ['ENOSPC', 'EIO', 'EACCES'];

beforeAll(async () => {
  rich = await startRichBench();
  await rich.beginAnew();
  await rich.ship();
  files = watchFiles(rich.bench.tempDir, rich.bench.ledgerDir, rich.folder);
});

afterAll(async () => {
  files.restore();
  await rich.close();
});

/**
 * Tells what kind of operation each one is, in the same words in every run: files under names of our own go by the
 * first that happens to them, which is what makes a copy, a text or a zip of them.
 */
function kinds(): (operation: FileOperation) => string {
  const firsts = new Map<string, string>();
  return ({ name, path }) => {
    if (!firsts.has(path)) firsts.set(path, name);
    const shown = path
      .replace(/ccwb-tui-ship-\d+-\w+/, 'RUN')
      .replace(/\/f\d+$/, `/made by ${firsts.get(path)}`)
      .replace(/run-\d+/, 'ID')
      .replace(/\d{8}-\d{6}/g, 'TIME');
    return `${name} ${shown}`;
  };
}

/** The operations of a run that goes well; of one kind the first and the last. */
async function operationsOfARun(): Promise<{ kind: string; nth: number }[]> {
  await rich.beginAnew();
  files.choose(() => undefined);
  await rich.ship();
  const kindOf = kinds();
  const counts = new Map<string, number>();
  for (const operation of files.seen()) {
    const kind = kindOf(operation);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].flatMap(([kind, last]) => [...new Set([1, last])].map((nth) => ({ kind, nth })));
}

it('a file operation that fails, whichever it is, leaves a good record and nothing partial', async () => {
  const operations = await operationsOfARun();
  for (const [index, { kind, nth }] of operations.entries()) {
    const code = codes[index % codes.length] ?? 'EIO';
    const before = await rich.beginAnew();
    const kindOf = kinds();
    let seen = 0;
    files.choose((operation) => {
      if (kindOf(operation) !== kind) return undefined;
      seen += 1;
      return seen === nth ? diskError(code, operation) : undefined;
    });
    const ended = await rich.ship();
    files.choose(() => undefined);
    const what = `${kind} number ${nth}: ${code}`;
    expect(seen, what).toBeGreaterThanOrEqual(nth);
    const { isNew } = await rich.expectOneOrTheOther(before, ended, what);
    if (!kind.includes(rich.bench.ledgerDir)) continue;
    // Only what the program remembers suffers.
    expect(isNew, what).toBe(true);
    expect(notes(ended.events), what).toContain('Not in the ledger');
  }
}, 300_000);
