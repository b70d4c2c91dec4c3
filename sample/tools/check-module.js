import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { objectFolder, root, roundTime } from './project.js';
import { randomFrom } from './random.js';

/** How long a module is tried with random inputs, and how long the machine may breathe after it. Milliseconds. */
const fuzzTime = roundTime;
const reportEvery = roundTime / 2;
const breath = roundTime / 6;

/** Runs the module's tests on what the compiler made of it. Throws an Error that names the test. */
async function runCases(module, cases) {
  for (const [name, run] of Object.entries(cases)) {
    const started = performance.now();
    try {
      await run(module);
    } catch (error) {
      throw new Error(`test failed: ${name}: ${error.message}`);
    }
    console.log(`    ok  ${name} (${(performance.now() - started).toFixed(2)} ms)`);
  }
  return Object.keys(cases).length;
}

/** Tries random inputs for a fixed time and says how many there were: a slow machine tries fewer. */
async function runRandom(module, fuzz) {
  const started = performance.now();
  let inputs = 0;
  let reported = started;
  for (let now = started; now < started + fuzzTime; now = performance.now()) {
    const seed = inputs;
    try {
      fuzz(module, randomFrom(seed));
    } catch (error) {
      throw new Error(`random input ${seed} failed: ${error.message}`);
    }
    inputs += 1;
    if (now - reported < reportEvery) continue;
    reported = now;
    console.log(`        ${inputs} random inputs after ${Math.round(now - started)} ms`);
    // Lets what was printed go out.
    await pause(0);
  }
  return inputs;
}

/** Tests a compiled module: its cases, then random inputs. */
export async function checkModule(path) {
  const module = await import(pathToFileURL(join(objectFolder, path)));
  const { cases, fuzz } = await import(pathToFileURL(join(root, 'tests', path)));
  const tests = await runCases(module, cases);
  const inputs = await runRandom(module, fuzz);
  console.log(`    ok  ${inputs} random inputs, none failed`);
  await pause(breath);
  return { tests, inputs };
}
