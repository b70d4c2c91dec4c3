/**
 * `npm run bench`: measures the built program, prints a table. `--json` prints only JSON, `--markdown` the table for docs/performance.md; names of rows choose some.
 * Exit code 1 when a figure misses its goal or could not be measured, 2 for a mistake in the arguments.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBench } from './bench.ts';
import { type Figure, isMet } from './row.ts';
import { rows } from './rows.ts';
import { asJson, asMarkdown, asTable } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, markdown: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  process.stderr.write(`No row ${unknown.join(', ')}. Rows: ${rows.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
const chosen = rows.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const dir = mkdtempSync(join(tmpdir(), 'ccwb-bench-'));
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    rmSync(dir, { recursive: true, force: true });
    process.exit(code);
  });
}
const figures: Figure[] = [];
try {
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const bench = createBench(dir);
  for (const row of chosen) {
    if (process.stderr.isTTY) process.stderr.write(`${row.name} … \n`);
    try {
      figures.push(...(await row.measure(bench)));
    } catch (error) {
      process.stderr.write(`${row.name}: ${error instanceof Error ? error.message : String(error)}\n`);
      figures.push({
        name: row.name,
        what: 'could not be measured',
        value: undefined,
        unit: '',
        goal: { atMost: 0 },
        peer: '–',
      });
    }
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
const print = values.json ? asJson : values.markdown ? asMarkdown : asTable;
process.stdout.write(print(figures));
process.exit(figures.every(isMet) ? 0 : 1);
