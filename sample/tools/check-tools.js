// Looks whether this machine can build the project.
import { execFileSync } from 'node:child_process';
import { getCiphers, getHashes } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { fail, programs, target } from './project.js';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 18) fail(`Node 18 or later is needed, this is ${process.version}`);

console.log(`Node ${process.version}, V8 ${process.versions.v8}, OpenSSL ${process.versions.openssl}`);
console.log(`Machine: ${process.platform} ${process.arch}, ${availableParallelism?.() ?? '?'} processors, ${Math.round(totalmem() / 2 ** 20)} MB`);
console.log(`Target: ${target}`);
for (const hash of ['sha256']) {
  if (!getHashes().includes(hash)) fail(`OpenSSL has no ${hash}`);
  console.log(`Hash ${hash}: there, among ${getHashes().length}`);
}
console.log(`Ciphers: ${getCiphers().length}`);
for (const tool of ['sh', 'cp', 'mv', 'awk', 'sed', 'uname']) {
  const path = execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
  console.log(`Tool ${tool}: ${path}`);
}
console.log(`Programs to build: ${programs.join(', ')}`);
