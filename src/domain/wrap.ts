/**
 * Breaks a text at spaces into lines of at most `width` characters, the first one of at most `first`; a longer word is
 * cut.
 */
export function wrap(text: string, width: number, first = width): string[] {
  const lines: string[] = [];
  let line = '';
  const room = () => (lines.length === 0 ? first : width);
  for (const word of text.split(' ')) {
    let rest = word;
    if (rest.length > room() && line !== '') {
      lines.push(line);
      line = '';
    }
    while (rest.length > room()) {
      const cut = room();
      lines.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    if (line === '') line = rest;
    else if (line.length + 1 + rest.length <= room()) line += ` ${rest}`;
    else {
      lines.push(line);
      line = rest;
    }
  }
  lines.push(line);
  return lines;
}
