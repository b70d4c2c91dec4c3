/** Words after which a `/` begins a regular expression, as after any operator. */
const beforeExpression = /^(?:return|typeof|case|in|of|delete|void|throw|new|await|else|do)$/;

const patterns = {
  space: /[ \t\r\n]+/y,
  comment: /\/\/[^\n]*|\/\*[\s\S]*?\*\//y,
  string: /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y,
  regex: /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y,
  word: /[\p{L}\p{N}_$]+/uy,
  sign: /=>|\.\.\.|[-+*/%=<>!&|?^]+|[(){}[\];,.:~@#]/y,
};

function take(kind, text, at) {
  const pattern = patterns[kind];
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** A template literal from its backtick on, with whatever stands in its `${…}`. */
function takeTemplate(text, start) {
  let depth = 0;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (depth === 0 && text[at] === '`') return text.slice(start, at + 1);
    else if (text.startsWith('${', at)) depth += 1;
    else if (depth > 0 && text[at] === '}') depth -= 1;
    else if (depth > 0 && text[at] === '`') at += takeTemplate(text, at).length - 1;
  }
  throw new Error('a template literal has no end');
}

/** Whether a `/` after this token begins a regular expression rather than divides. */
function allowsRegex(last) {
  if (last === undefined) return true;
  if (last.kind === 'word') return beforeExpression.test(last.text);
  return last.kind === 'sign' && !/^[)\]}]$/.test(last.text);
}

/** The tokens of a module, spaces and comments among them: joined they are the text again. */
export function tokenize(text) {
  const tokens = [];
  let last;
  for (let at = 0; at < text.length; ) {
    let kind;
    let found;
    if (text[at] === '`') {
      kind = 'template';
      found = takeTemplate(text, at);
    }
    for (const next of ['space', 'comment', 'string', 'regex', 'word', 'sign']) {
      if (found !== undefined) break;
      if (next === 'regex' && !(text[at] === '/' && allowsRegex(last))) continue;
      kind = next;
      found = take(next, text, at);
    }
    if (found === undefined) {
      throw new Error(`unexpected ${JSON.stringify(text[at])} at line ${text.slice(0, at).split('\n').length}`);
    }
    const token = { kind, text: found };
    tokens.push(token);
    if (kind !== 'space' && kind !== 'comment') last = token;
    at += found.length;
  }
  return tokens;
}

/** Tokens that mean something. */
export function meaning(tokens) {
  return tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment').map(({ text }) => text);
}
