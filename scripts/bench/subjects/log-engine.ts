/**
 * Reads a log file into a log buffer and looks for things in it, many times over; prints an {@link EngineReport}. Run with
 * `--expose-gc`. Arguments: file, word, regular expression, something rare.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { createLogBuffer } from '../../../src/domain/log-buffer.ts';
import { createLogFilter } from '../../../src/domain/log-filter.ts';
import { compileQuery } from '../../../src/domain/log-query.ts';
import { createLogSearch } from '../../../src/domain/log-search.ts';
import { splitLogMessage } from '../../../src/domain/sanitise.ts';

export type EngineReport = { lines: number; rawBytes: number; grownBytes: number };
/** What one line on stdin asks for, and what is answered to it. */
export type EngineQuestion = { kind: 'count' | 'filter'; text: string };
export type EngineAnswer = { ms: number; count: number };

const screenRows = 40;
const [file = ''] = process.argv.slice(2);
const collect = () => (globalThis as { gc?: () => void }).gc?.();

const piece = Buffer.allocUnsafe(256 * 1024);
collect();
const before = process.memoryUsage.rss();
const buffer = createLogBuffer();
const source = openSync(file, 'r');
let kept = 0;
let rawBytes = 0;
for (;;) {
  const read = readSync(source, piece, kept, piece.length - kept, null);
  if (read === 0) break;
  rawBytes += read;
  const end = piece.subarray(0, kept + read).lastIndexOf(0x0a) + 1;
  buffer.append(splitLogMessage(piece.toString('utf8', 0, end)).map((text, at) => ({ timestamp: at, text })));
  piece.copyWithin(0, end, kept + read);
  kept += read - end;
}
closeSync(source);
collect();
const report: EngineReport = {
  lines: buffer.count - buffer.first,
  rawBytes,
  grownBytes: process.memoryUsage.rss() - before,
};
process.send?.(report);

/** All lines that match. */
function count(text: string): number {
  const search = createLogSearch(buffer, compileQuery(text));
  search.step(() => true);
  return search.hits.count;
}

/** The last screenful of the lines that match, decoded. */
function firstScreen(text: string): number {
  const search = createLogSearch(buffer, compileQuery(text));
  const filter = createLogFilter(search, buffer, { context: 0 });
  const last = filter.previous(buffer.count) ?? 0;
  return filter.around(last, screenRows).map((line) => buffer.line(line)?.text ?? '').length;
}

process.on('message', ({ kind, text }: EngineQuestion) => {
  const from = performance.now();
  const found = kind === 'count' ? count(text) : firstScreen(text);
  process.send?.({ ms: performance.now() - from, count: found } satisfies EngineAnswer);
});
