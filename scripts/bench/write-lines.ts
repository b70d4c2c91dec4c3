/** Appends lines to a file at a steady rate: `write-lines.ts FILE LINES_A_SECOND SECONDS`. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { compilerLine } from './lines.ts';

const [file = '', rate = '', seconds = ''] = process.argv.slice(2);
const perSecond = Number(rate);
const total = perSecond * Number(seconds);
// Made before: making them is no part of the writing.
const prepared = Array.from({ length: Math.min(total, 100_000) }, (_, number) => compilerLine(number));
const target = openSync(file, 'a');
const from = performance.now();
for (let written = 0; written < total; ) {
  const due = Math.min(total, Math.floor(((performance.now() - from) / 1000) * perSecond));
  if (due > written) {
    let text = '';
    for (; written < due; written++) text += prepared[written % prepared.length];
    writeSync(target, text);
  }
  await sleep(Math.max(10, Math.min(20, 1000 / perSecond)));
}
closeSync(target);
