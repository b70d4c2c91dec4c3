// Measures what a user of the programs waits for: the key derivation, and the start of each program.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, objectFolder, outputFolder, programs, roundTime, target } from './project.js';

const rounds = 4;
const measureTime = roundTime / 2;

/** Calls `action` again and again for a while; milliseconds of each call, sorted. */
function timesOf(action, milliseconds) {
  const times = [];
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    const started = performance.now();
    action(times.length);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b);
}

function describe(times) {
  const at = (part) => (times[Math.floor((times.length - 1) * part)] ?? 0).toFixed(2);
  return `${times.length} times, median ${at(0.5)} ms, fastest ${at(0)} ms, slowest ${at(1)} ms`;
}

async function measure() {
  const { deriveKey } = await import(pathToFileURL(join(objectFolder, 'credential-process/derive.js')));
  for (let round = 1; round <= rounds; round += 1) {
    const times = timesOf((index) => deriveKey(`user-${index}@example.com`, `round-${round}`), measureTime);
    console.log(`Key derivation, round ${round} of ${rounds}: ${describe(times)}`);
  }
  for (const program of programs) {
    for (const option of ['--version', '--help']) {
      const times = timesOf(() => execFileSync(join(outputFolder, `${program}-${target}`), [option]), measureTime);
      console.log(`${program} ${option}: ${describe(times)}`);
    }
  }
}

await measure().catch((error) => fail(error.message));
