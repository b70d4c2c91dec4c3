/**
 * The header that has a browser save a download under a name (RFC 6266). A name that is not plain ASCII, or holds what a
 * quoted string may not, is given twice: in ASCII for who reads no more, and whole in the encoding of RFC 8187.
 */
export function attachmentAs(filename: string): string {
  const name = withoutControls(filename.toWellFormed());
  // Some browsers decode percent signs in the plain name, so that they count as special too.
  const plain = name.replace(/[^ -~]|["\\%]/gu, '_');
  const quoted = `attachment; filename="${plain}"`;
  return plain === name ? quoted : `${quoted}; filename*=UTF-8''${encoded(name)}`;
}

const withoutControls = (text: string) => text.replace(/\p{Cc}/gu, '_');

/** RFC 8187 allows fewer characters unencoded than a URL's component. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/['()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`);
