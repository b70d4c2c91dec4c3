/** Just enough Markdown for checking our own documents. */

export type CodeBlock = { language: string; text: string };

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(fence)].map(([, language = '', text = '']) => ({ language, text }));
}

/** Text in backticks, outside of code blocks. */
export function codeSpans(markdown: string): string[] {
  return [...markdown.replace(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
}

/** What stands under a heading, up to the next of its level or above. */
export function section(markdown: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const lines = markdown.split('\n');
  const from = lines.indexOf(heading) + 1;
  if (from === 0) throw new RangeError(`There is no heading "${heading}".`);
  const next = lines.findIndex((line, index) => index >= from && new RegExp(`^#{1,${level}} `).test(line));
  return lines.slice(from, next < 0 ? undefined : next).join('\n');
}

/** Rows of the tables in a text, cells trimmed, without heads and rules. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split('\n');
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const isRule = (line: string) => /^\|[-| ]+\|$/.test(line);

/** Targets of links and pictures. */
export function linkTargets(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Anchors that headings get. */
export function anchors(markdown: string): string[] {
  return [...markdown.replace(fence, '').matchAll(/^#+ (.+)$/gm)].map(
    ([, title = '']) =>
      `#${title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-')}`,
  );
}

/** The arguments of each call of `program` in a piece of shell. */
export function callsOf(program: string, shell: string): string[][] {
  const flat = shell
    .replace(/\\\n/g, ' ')
    .replace(/"?\$\(/g, ' ; ')
    .replace(/\)"?/g, ' ; ');
  const calls: string[][] = [];
  for (const line of flat.split('\n')) {
    const words = line.match(/'[^']*'|"[^"]*"|#.*$|[|&;<>]+|[^\s'"|&;<>]+/g) ?? [];
    let call: string[] | undefined;
    for (const word of words) {
      if (/^[|&;<>#]/.test(word)) call = undefined;
      else if (call) call.push(word.replace(/^(['"])(.*)\1$/, '$2'));
      else if (word === program) {
        call = [];
        calls.push(call);
      }
    }
  }
  return calls;
}
