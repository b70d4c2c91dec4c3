/** Writes docs/keys.md from the key table, or with `--check` says whether it is up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { keysDocument } from './keys-document.ts';

const path = 'docs/keys.md';
const text = keysDocument();
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write(`${path} is not what src/state/keymap.ts says: run node scripts/keys-doc.ts\n`);
    process.exit(1);
  }
} else {
  writeFileSync(path, text);
}
