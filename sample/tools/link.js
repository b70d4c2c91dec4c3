import { digestOfSource, version } from './project.js';

/** An import as a line of the linked program; builtins are loaded by `import()`, which every module format has. */
function importLine({ names, from, builtin }, nameOf) {
  const bindings = names.replaceAll(' as ', ':').replaceAll(' ', '');
  return `const{${bindings}}=${builtin ? `await import('${from}')` : nameOf(from)};\n`;
}

/**
 * One file that holds all modules of a program, each in a scope of its own, and starts it. It needs nothing but Node
 * 18 or later, and runs whether the folder around it is CommonJS or ESM. The same source gives the same bytes.
 */
export function link(program, modules) {
  const nameOf = (path) => `m${modules.findIndex((module) => module.path === path)}`;
  const parts = modules.map(({ path, imports, exports, body }) => {
    const head = imports.map((item) => importLine(item, nameOf)).join('');
    return `// ${path}\nconst ${nameOf(path)}=await(async()=>{\n${head}${body}return{${exports.join(',')}};\n})();\n`;
  });
  return `#!/usr/bin/env node
// ${program} ${version}, compiled from source ${digestOfSource()}. A sample: it signs in nowhere.
(async()=>{
'use strict';
${parts.join('')}process.exitCode=${nameOf(`${program}/main.js`)}.start({
path:process.argv[1],
args:process.argv.slice(2),
now:Date.now(),
write:(text)=>process.stdout.write(text),
writeError:(text)=>process.stderr.write(text),
});
})().catch((error)=>{
console.error(error);
process.exitCode=70;
});
`;
}
