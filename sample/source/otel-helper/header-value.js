/** A value that is safe in an HTTP header: printable ASCII without what separates headers, at most 256 characters. */
export function headerValue(value) {
  return String(value ?? '')
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/[,;"\\]/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, 256);
}
