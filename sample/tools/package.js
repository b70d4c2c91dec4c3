// Puts the installers, the configuration and the checksums beside the programs in dist/.
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputFolder, root, sha256 } from './project.js';

for (const [from, mode] of [
  ['installers/install.sh', 0o755],
  ['installers/install.bat', 0o644],
  ['config.json', 0o644],
]) {
  const name = from.split('/').pop();
  copyFileSync(join(root, from), join(outputFolder, name));
  chmodSync(join(outputFolder, name), mode);
  console.log(`Added ${name}`);
}

const files = readdirSync(outputFolder).filter((name) => name !== 'checksums.txt').sort();
const lines = files.map((name) => `${sha256(readFileSync(join(outputFolder, name)))}  ${name}\n`);
writeFileSync(join(outputFolder, 'checksums.txt'), lines.join(''));
chmodSync(join(outputFolder, 'checksums.txt'), 0o644);
console.log('Wrote checksums.txt:');
for (const line of lines) console.log(`  ${line.trimEnd()}`);
