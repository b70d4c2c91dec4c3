import { dirname, join } from 'node:path/posix';
import { minify } from './minify.js';
import { digestOfSource, listModules, readModule, version } from './project.js';

const importPattern = /^import ?\{([^}]*)\} ?from ?'([^']+)';?$/gm;
const exportPattern = /^export (?=(?:async )?(?:function|class|const) ?([\p{L}\p{N}_$]+))/gmu;

/** The modules, as the compiler sees them after minifying; `parse` throws an Error that names the module. */
export function parse(path) {
  try {
    const source = readModule(path);
    const text = source.replace('__VERSION__', version).replace('__SOURCE_DIGEST__', digestOfSource());
    const { text: minified, tokens } = minify(text);
    const imports = [...minified.matchAll(importPattern)].map(([, names, from]) => ({
      names: names.trim().replace(/,$/, ''),
      from: from.startsWith('node:') ? from : join(dirname(path), from),
      builtin: from.startsWith('node:'),
    }));
    const exports = [...minified.matchAll(exportPattern)].map(([, name]) => name);
    const body = minified.replace(importPattern, '').replace(exportPattern, '').trimStart();
    const rest = /^(?:import|export)\b.*/m.exec(body)?.[0];
    if (rest !== undefined) throw new Error(`this form is not understood: ${rest}`);
    return { path, source, minified, tokens, imports, exports, body };
  } catch (error) {
    throw new Error(`source/${path}: ${error.message}`);
  }
}

/** A program's modules, every one after those it imports. Throws on a missing module or a circle. */
export function modulesOf(program) {
  const known = new Set(listModules());
  const done = new Map();
  const open = new Set();
  const visit = (path, from) => {
    if (done.has(path)) return;
    if (!known.has(path)) throw new Error(`source/${from}: there is no module ${path}`);
    if (open.has(path)) throw new Error(`source/${path}: imports itself by way of ${from}`);
    open.add(path);
    const module = parse(path);
    for (const { from: imported, builtin } of module.imports) if (!builtin) visit(imported, path);
    done.set(path, module);
  };
  visit(`${program}/main.js`, program);
  return [...done.values()];
}
