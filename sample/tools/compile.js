// Compiles one program: node tools/compile.js PROGRAM
// Minifies its modules, tests each one as it is then, and links them into one executable file in dist/.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkModule } from './check-module.js';
import { link } from './link.js';
import { modulesOf } from './modules.js';
import { digestOfSource, fail, objectFolder, outputFolder, programs, sha256, target } from './project.js';

const [program] = process.argv.slice(2);
if (!programs.includes(program)) fail(`which program? One of: ${programs.join(', ')}`);

async function compile() {
  const modules = modulesOf(program);
  console.log(`${program}: ${modules.length} modules, source ${digestOfSource()}`);
  mkdirSync(outputFolder, { recursive: true });
  const totals = { tests: 0, inputs: 0, before: 0, after: 0 };
  for (const [index, { path, source, minified, tokens }] of modules.entries()) {
    const file = join(objectFolder, path);
    const size = `${source.length} -> ${minified.length} characters, ${tokens} tokens`;
    totals.before += source.length;
    totals.after += minified.length;
    const known = existsSync(file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, minified);
    console.log(`Compiling ${index + 1} of ${modules.length}: ${path}`);
    console.log(`    ${size}, sha256 ${sha256(minified).slice(0, 16)}`);
    if (known) {
      console.log('    tested with the program before');
      continue;
    }
    const { tests, inputs } = await checkModule(path);
    totals.tests += tests;
    totals.inputs += inputs;
  }
  const executable = join(outputFolder, `${program}-${target}`);
  const text = link(program, modules);
  writeFileSync(executable, text);
  chmodSync(executable, 0o755);
  console.log(`Tested with ${totals.tests} tests and ${totals.inputs} random inputs: all passed`);
  console.log(`Minified ${totals.before} to ${totals.after} characters`);
  console.log(`Linked dist/${program}-${target}: ${Buffer.byteLength(text)} bytes, sha256 ${sha256(text)}`);
}

await compile().catch((error) => fail(error.message));
