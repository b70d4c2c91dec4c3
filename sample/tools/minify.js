import { meaning, tokenize } from './tokens.js';

/** Whether two tokens would run into each other. */
function needsSpace(left, right) {
  if (/[\p{L}\p{N}_$]$/u.test(left) && /^[\p{L}\p{N}_$]/u.test(right)) return true;
  return /[-+/*=<>!&|?^]$/.test(left) && /^[-+/*=<>!&|?^]/.test(right);
}

/**
 * Takes comments and needless space out of a module. Line ends stay where there was one, as JavaScript may read them.
 * Checks itself: what is left must have the same tokens. Throws an Error otherwise.
 */
export function minify(text) {
  const before = tokenize(text);
  let out = '';
  let gap = '';
  for (const token of before) {
    if (token.kind === 'space' || token.kind === 'comment') {
      if (token.text.includes('\n')) gap = '\n';
      else gap ||= ' ';
      continue;
    }
    if (gap === '\n' && out !== '') out += '\n';
    else if (gap === ' ' && needsSpace(out, token.text)) out += ' ';
    out += token.text;
    gap = '';
  }
  const minified = `${out}\n`;
  const after = tokenize(minified);
  if (meaning(before).join('\0') !== meaning(after).join('\0')) throw new Error('minifying changed the tokens');
  return { text: minified, tokens: meaning(before).length };
}
