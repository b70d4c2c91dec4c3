import { createHash } from 'node:crypto';
import { readAll } from '../../read-all.ts';
import type { Call } from '../call.ts';
import { createHasher } from '../checksums/checksums.ts';
import { failures } from '../failures.ts';
import { type Node, parseXml } from '../xml.ts';
import { declaredChecksum, declaredMd5, trailingChecksum } from './upload-headers.ts';

/** Enough for the longest list of parts or keys that S3 takes. */
const maxDocumentBytes = 4 * 1024 * 1024;

/** Reads the XML document a request carries. Throws MalformedXML, also for one that is absurdly long. */
export async function readDocument({ request }: Call, root: string): Promise<Node> {
  return parseXml(
    (await readAll(request.body, maxDocumentBytes, failures.malformedXml)).toString('utf8'),
    root,
  );
}

/** The same, of a request that must say how its document is checked, as DeleteObjects must. */
export async function readCheckedDocument(call: Call, root: string): Promise<Node> {
  if (declaredMd5(call.headers) === undefined && !declaredChecksum(call.headers)) {
    throw failures.invalidRequest(
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  return parseXml((await readCheckedBytes(call)).toString('utf8'), root);
}

/** The whole of what a request carries, as its checksums have it. Throws BadDigest. */
export async function readCheckedBytes({ request, headers }: Call): Promise<Buffer> {
  const md5 = declaredMd5(headers);
  const declared = declaredChecksum(headers);
  const bytes = await readAll(request.body, maxDocumentBytes, failures.malformedXml);
  if (md5 !== undefined && md5 !== createHash('md5').update(bytes).digest('hex')) {
    throw failures.badDigest('Content-MD5');
  }
  if (declared) {
    const hasher = createHasher(declared.algorithm);
    hasher.update(bytes);
    const expected = declared.value ?? trailingChecksum(request, declared.algorithm);
    if (hasher.digest().toString('base64') !== expected) throw failures.badDigest(declared.algorithm);
  }
  return bytes;
}
