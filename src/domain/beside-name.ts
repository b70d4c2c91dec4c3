/**
 * Name of a file about a package: that of its zip with another ending. A record may have been written by anybody: what
 * could lead to another folder or hide the file is left out.
 */
export function besideName(filename: string, ending: string): string {
  const name = filename
    .replace(/\.zip$/i, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 100);
  return `${name === '' ? 'package' : name}${ending}`;
}
