import { powershellProblems } from './powershell-checker.ts';

/** Longest command line that cmd takes, variables filled in; and the longest that a path variable may become. */
const longestLine = 8_191;
const longestPath = 260;

/** What a command may do, and whether it can fail: then its failure must lead somewhere. */
const commands: Readonly<Record<string, { fails: boolean }>> = {
  '@echo': { fails: false },
  echo: { fails: false },
  set: { fails: false },
  setlocal: { fails: false },
  cd: { fails: true },
  mkdir: { fails: true },
  copy: { fails: true },
  findstr: { fails: true },
  powershell: { fails: true },
};

/** Variables that every Windows has. */
const given = ['USERPROFILE'];

type Line = { number: number; text: string };
type Flow = { next: string[]; falls: boolean };

/**
 * What is wrong with a batch file, each with its line: the grammar of cmd as strict as one that is never run can be
 * held to. No blocks, no delayed expansion, no escapes: what is not known here is a problem.
 */
export function batchProblems(script: string): string[] {
  const problems: string[] = [];
  if (/[^\t\r\n -~]/.test(script)) problems.push('not ASCII alone');
  if (/[^\r]\n|\r[^\n]/.test(script) || !script.endsWith('\r\n')) problems.push('line ends are not CRLF');
  const lines = script
    .split('\r\n')
    .map((text, index): Line => ({ number: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '' && !/^rem /i.test(text));
  if (lines[0]?.text !== '@echo off') problems.push('1: does not begin with @echo off');
  const flows = lines.map((line) => flowOf(line, problems));
  problems.push(...variableProblems(lines), ...jumpProblems(lines, flows));
  return problems;
}

/** Checks a line by itself, and answers where it leads. */
function flowOf({ number, text }: Line, problems: string[]): Flow {
  const say = (problem: string) => problems.push(`${number}: ${problem}`);
  const expanded = text.replace(/%[A-Z_]+%|%~dp0/g, (name) => name.padEnd(longestPath, 'x'));
  if (expanded.length > longestLine) say('longer than cmd takes');
  if (/^:/.test(text)) {
    if (!/^:[a-z]\w*$/i.test(text)) say('no label');
    return { next: [], falls: true };
  }
  if (/^exit \/b \d+$/.test(text)) return { next: [], falls: false };
  const jump = /^goto :(\w+)$/.exec(text);
  if (jump) return { next: [jump[1] ?? ''], falls: false };
  const condition = /^if (?:not )?(?:exist "[^"]+"|defined [A-Z_]+) (.+)$/.exec(text);
  if (condition) {
    const inner = flowOf({ number, text: condition[1] ?? '' }, problems);
    return { ...inner, falls: true };
  }
  if (/^if /.test(text)) say('a condition of another kind');
  return { next: commandTargets(text, say), falls: true };
}

/** Checks a command with its pipe, redirections and `|| goto`; answers where its failure leads. */
function commandTargets(text: string, say: (problem: string) => void): string[] {
  // `set "NAME=value"` ends at the last quote, whatever stands between.
  if (/^set "/.test(text)) {
    const value = /^set "[A-Z_]+=(.*)"$/.exec(text)?.[1];
    if (value === undefined) say('set without quotes around it');
    else if (/["&|<>^]/.test(value)) say('a value that would end its quotes');
    return [];
  }
  if (text.split('"').length % 2 === 0) say('an odd number of quotes');
  const strings: string[] = [];
  const bare = text.replace(/"([^"]*)"/g, (_, inner: string) => `"${strings.push(inner) - 1}"`);
  const [command = '', ...alternatives] = bare.split('||').map((part) => part.trim());
  const plain = command.replace(/ (>nul|1>&2)$/, '');
  if (/[&<>^()!]/.test(plain)) say('a character outside quotes that cmd gives a meaning');
  const words = plain.split('|').map((part) => wordOf(part.trim(), strings));
  for (const word of words)
    if (!(word in commands) && word !== 'program') say(`${word} is no command of ours`);
  const fails = commands[words.at(-1) ?? '']?.fails ?? true;
  if (fails && alternatives.length === 0) say('a failure that leads nowhere');
  if (words[0] === 'powershell') {
    const fragment = /^powershell -NoProfile -ExecutionPolicy Bypass -Command "(\d+)"$/.exec(plain)?.[1];
    if (fragment === undefined) say('PowerShell started in another way');
    else for (const problem of powershellProblems(strings[Number(fragment)] ?? '')) say(problem);
  }
  return alternatives.flatMap((it) => {
    // Remembered, to be looked at later.
    if (/^set "\d+"$/.test(it) && /^[A-Z_]+=\w+$/.test(strings[Number(it.slice(5, -1))] ?? '')) return [];
    const target = /^goto :(\w+)$/.exec(it)?.[1];
    if (target === undefined) say('an alternative that is no jump');
    return target ?? [];
  });
}

function wordOf(part: string, strings: readonly string[]): string {
  const quoted = /^"(\d+)"/.exec(part)?.[1];
  if (quoted === undefined) return part.split(' ')[0] ?? '';
  return strings[Number(quoted)]?.endsWith('.exe') ? 'program' : 'a text';
}

function variableProblems(lines: readonly Line[]): string[] {
  const known = new Set(given);
  return lines.flatMap(({ number, text }) => {
    const used = text.replaceAll('%~dp0', '').matchAll(/%([^%]*)(%?)/g);
    const wrong = [...used].filter(([, name = '', end]) => end === '' || !known.has(name));
    const set = /^(?:if .* )?set "([A-Z_]+)=/.exec(text)?.[1];
    if (set) known.add(set);
    return wrong.map(([shown]) => `${number}: ${shown} is not set before`);
  });
}

function jumpProblems(lines: readonly Line[], flows: readonly Flow[]): string[] {
  const problems: string[] = [];
  const labels = new Map<string, number>();
  for (const [index, { number, text }] of lines.entries()) {
    if (!text.startsWith(':')) continue;
    if (labels.has(text.slice(1))) problems.push(`${number}: ${text} is there twice`);
    labels.set(text.slice(1), index);
  }
  const reached = new Set<number>();
  const walk = [0];
  for (let at = walk.pop(); at !== undefined; at = walk.pop()) {
    const flow = flows[at];
    if (!flow) problems.push('runs past its last line');
    if (!flow || reached.has(at)) continue;
    reached.add(at);
    for (const name of flow.next) {
      const target = labels.get(name);
      if (target === undefined) problems.push(`${lines[at]?.number}: no label :${name}`);
      else walk.push(target);
    }
    // Into what only failures are to reach nothing may run by itself.
    const label = lines[at + 1]?.text ?? '';
    if (flow.falls && /^:(failed|damaged|nothing|nosignin|overruled)$/.test(label))
      problems.push(`runs into ${label}`);
    if (flow.falls) walk.push(at + 1);
  }
  const dead = lines
    .filter((_, index) => !reached.has(index))
    .map(({ number }) => `${number}: never reached`);
  return [...new Set([...problems, ...dead])];
}
