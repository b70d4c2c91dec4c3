/** Metadata as headers of an answer. Values that are not printable ASCII are answered in RFC 2047's words, as S3 does. */
export function encodeMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata)) {
    headers[`x-amz-meta-${name}`] = /^[\x20-\x7e]*$/.test(value) ? value : encodedWord(value);
  }
  return headers;
}

function encodedWord(value: string): string {
  return `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

/** Stored headers as Node sends them, one character a byte: the very bytes that the writer sent. */
export function encodeStored(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  );
}
