import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { SandboxResponse } from '../http.ts';
import { type Xml, type XmlContent, xml, xmlDocument } from '../xml.ts';
import { failures } from './failures.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A successful answer with an XML document. */
export function xmlResponse(
  root: string,
  content: XmlContent,
  headers: Record<string, string> = {},
): SandboxResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: xmlDocument(xml(root, content, namespace)),
  };
}

/** How an element with a key is written: as it is, or percent-encoded because the client asked (`encoding-type=url`). */
export type KeyWriter = (element: string, key: string | undefined) => Xml;

/** Throws InvalidArgument for an encoding S3 does not know. */
export function keyWriter(encodingType: string | null): KeyWriter {
  if (encodingType === null) return keyElement;
  if (encodingType !== 'url') {
    throw failures.invalidArgument(
      'Invalid Encoding Method specified in Request',
      'encoding-type',
      encodingType,
    );
  }
  return (element, key) => xml(element, key === undefined ? undefined : urlEncode(key));
}

/**
 * An element with a key. XML 1.0 cannot hold most control characters; S3 writes them as character references
 * nevertheless, which lenient parsers read, and offers `encoding-type` to all others.
 */
export function keyElement(element: string, key: string | undefined): Xml {
  if (key === undefined) return { xml: '' };
  const escaped = key.replace(/[&<>"'\x00-\x1f\x7f\ufffe\uffff]/g, reference);
  return { xml: `<${element}>${escaped}</${element}>` };
}

const named: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function reference(character: string): string {
  return named[character] ?? `&#x${character.charCodeAt(0).toString(16)};`;
}

/** As S3 encodes keys: a form's encoding with `+` for spaces, but slashes stay. */
export function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/** A parsed element: text, or children by name. */
export type Node = string | { readonly [name: string]: Node | readonly Node[] };

/**
 * Parses a small XML document, whose root must be `root`; gives the root's content. Only the five named entities and
 * character references are known: nothing a sender defines is expanded. Throws MalformedXML.
 */
export function parseXml(document: string, root: string): Node {
  const content = childrenOf(parse(document), root)[0];
  if (content === undefined) throw failures.malformedXml();
  return content;
}

function parse(document: string): Node {
  if (/<!(?!--|\[CDATA\[)/.test(document)) throw failures.malformedXml();
  try {
    if (XMLValidator.validate(document) === true) return parser.parse(document) as Node;
  } catch {
    // The parser throws for what it will not take, such as too deep a document.
  }
  throw failures.malformedXml();
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: 8,
});

/** All children of that name. */
export function childrenOf(node: Node, name: string): readonly Node[] {
  if (typeof node === 'string' || !Object.hasOwn(node, name)) return [];
  const found = node[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found as Node];
}

/** The text of the only child of that name; undefined when there is none. Throws MalformedXML where it is no text. */
export function textOf(node: Node, name: string): string | undefined {
  const found = childrenOf(node, name);
  if (found.length === 0) return undefined;
  const [text] = found;
  if (found.length > 1 || typeof text !== 'string') throw failures.malformedXml();
  return text.replace(/&([^;]*;?)/g, expand);
}

function expand(_match: string, entity: string): string {
  const character = characters[entity];
  if (character !== undefined) return character;
  const code = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}));$/i.exec(entity);
  const point = code?.[1] ? Number.parseInt(code[1], 16) : Number(code?.[2] ?? Number.NaN);
  if (!(point <= 0x10ffff) || (point >= 0xd800 && point <= 0xdfff)) throw failures.malformedXml();
  return String.fromCodePoint(point);
}

const characters: Record<string, string> = {
  'amp;': '&',
  'lt;': '<',
  'gt;': '>',
  'quot;': '"',
  'apos;': "'",
};
