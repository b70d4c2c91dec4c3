import { createHash } from 'node:crypto';
import { checksumElement } from '../checksums/checksums.ts';
import { failures } from '../failures.ts';
import type { Part, Upload } from '../storage/types.ts';
import { childrenOf, type Node, textOf } from '../xml.ts';

/** Every part of an object but its last has at least this many bytes. */
const minPartBytes = 5 * 1024 ** 2;

/**
 * The parts a completing client names, taken from those uploaded. Throws MalformedXML, InvalidPartOrder, InvalidPart
 * (not there, or another entity tag or checksum), EntityTooSmall.
 */
export function partsNamed(document: Node, upload: Upload, uploaded: readonly Part[]): Part[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const nodes = childrenOf(document, 'Part');
  if (nodes.length === 0 || nodes.length > 10_000) throw failures.malformedXml();
  const numbers = nodes.map(numberOf);
  if (numbers.some((number, at) => at > 0 && number <= (numbers[at - 1] ?? 0)))
    throw failures.invalidPartOrder();
  const parts = nodes.map((node, at) => {
    const number = numbers[at] ?? 0;
    const part = byNumber.get(number);
    const etag = textOf(node, 'ETag')
      ?.trim()
      .replace(/^"(.*)"$/, '$1');
    if (!part || etag !== part.etag || !checksumFits(node, upload, part)) {
      throw failures.invalidPart(upload.id, number, etag ?? '');
    }
    return part;
  });
  for (const part of parts.slice(0, -1)) {
    if (part.size < minPartBytes) throw failures.entityTooSmall(part, minPartBytes);
  }
  return parts;
}

/** The entity tag of a multipart object: no digest of its bytes, but of its parts' digests. */
export function etagOfParts(parts: readonly Part[]): string {
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')));
  return `${createHash('md5').update(digests).digest('hex')}-${parts.length}`;
}

function numberOf(node: Node): number {
  const text = textOf(node, 'PartNumber')?.trim() ?? '';
  if (!/^\d{1,5}$/.test(text)) throw failures.malformedXml();
  return Number(text);
}

function checksumFits(node: Node, upload: Upload, part: Part): boolean {
  const { algorithm, type } = upload.checksum;
  const given = textOf(node, checksumElement(algorithm));
  if (given !== undefined) return given.trim() === part.checksum;
  if (upload.checksumAsked && type === 'COMPOSITE') {
    throw failures.invalidRequest(
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
  return true;
}
