/** A value's first piece; of numbers and words more is taken than JSON has, so that a fault is found at its beginning. */
const piece =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|([\w.+-]+))/y;
const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/**
 * Where a text stops being JSON (RFC 8259): line and column, both from 1, of the first piece that may not stand there.
 * Undefined where it is JSON. `JSON.parse` names no place for many faults, and shows the text, which may be secret.
 */
export function jsonFault(text: string): { line: number; column: number } | undefined {
  let at = 0;
  /** What may come next. */
  let next = 'value';
  const open: string[] = [];
  piece.lastIndex = 0;
  for (;;) {
    const found = piece.exec(text);
    if (!found) break;
    const [whole, sign = '', quoted, word] = found;
    const kind = quoted !== undefined ? 'string' : word !== undefined ? 'word' : sign;
    const after = step(next, kind, open);
    if (after === undefined || (word !== undefined && !scalar.test(word))) {
      return placeOf(text, at + whole.length - whole.trimStart().length);
    }
    next = after;
    at = piece.lastIndex;
  }
  const rest = text.slice(at);
  const isEnd = /^[ \t\r\n]*$/.test(rest);
  if (isEnd && next === 'end') return undefined;
  return placeOf(text, at + (isEnd ? 0 : rest.length - rest.replace(/^[ \t\r\n]+/, '').length));
}

/** What may follow this piece; undefined where it may not stand here. */
function step(next: string, kind: string, open: string[]): string | undefined {
  const closes = open.at(-1) === '{' ? '}' : ']';
  if (kind === '}' || kind === ']') {
    const mayClose =
      open.length > 0 && kind === closes && ['comma', 'first key', 'first value'].includes(next);
    if (!mayClose) return undefined;
    open.pop();
    return open.length > 0 ? 'comma' : 'end';
  }
  if (next === 'first key' || next === 'key') return kind === 'string' ? 'colon' : undefined;
  if (next === 'colon') return kind === ':' ? 'value' : undefined;
  if (next === 'comma') return kind !== ',' ? undefined : open.at(-1) === '{' ? 'key' : 'value';
  if (next === 'end') return undefined;
  if (kind === '{' || kind === '[') {
    open.push(kind);
    return kind === '{' ? 'first key' : 'first value';
  }
  if (kind !== 'string' && kind !== 'word') return undefined;
  return open.length > 0 ? 'comma' : 'end';
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split(/\r\n|\n|\r/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
