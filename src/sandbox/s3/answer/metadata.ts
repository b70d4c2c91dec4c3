/**
 * Metadata as headers of an answer. Values that are not printable ASCII are answered in RFC 2047's words, as S3 does;
 * header values arrive from Node as one character a byte, and are UTF-8 by the sender's intent.
 */
export function encodeMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata)) {
    headers[`x-amz-meta-${name}`] = /^[\x20-\x7e]*$/.test(value) ? value : encodedWord(value);
  }
  return headers;
}

function encodedWord(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return `=?UTF-8?B?${bytes.toString('base64')}?=`;
}
