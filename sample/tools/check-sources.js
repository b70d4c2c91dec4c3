// Reads every module, has Node check its syntax, and sees to it that each one is used and has tests.
import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { modulesOf } from './modules.js';
import { digestOfSource, fail, listModules, objectFolder, outputFolder, programs, readModule, root, sha256, sourceFolder } from './project.js';

async function check() {
  for (const folder of [objectFolder, outputFolder]) rmSync(folder, { recursive: true, force: true });
  const used = new Set(programs.flatMap((program) => modulesOf(program).map(({ path }) => path)));
  const modules = listModules();
  console.log(`${modules.length} modules in source/`);
  let lines = 0;
  for (const path of modules) {
    if (!used.has(path)) throw new Error(`source/${path}: no program uses it`);
    if (!existsSync(join(root, 'tests', path))) throw new Error(`source/${path}: has no tests`);
    await promisify(execFile)(process.execPath, ['--check', join(sourceFolder, path)]).catch((error) => {
      throw new Error(`source/${path}: ${error.stderr}`);
    });
    const text = readModule(path);
    lines += text.split('\n').length - 1;
    console.log(`  ${sha256(text).slice(0, 16)}  ${String(text.length).padStart(5)}  ${path}`);
  }
  console.log(`${lines} lines, syntax is good, every module is used and has tests`);
  console.log(`Digest of the source: ${digestOfSource()}`);
}

await check().catch((error) => fail(error.message));
