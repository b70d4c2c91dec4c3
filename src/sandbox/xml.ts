/** XML as the Query and REST-XML protocols want it: no attributes but the namespace, text escaped, no mixed content. */

/** What an element may hold: text, other elements (already rendered by {@link xml}), or nothing. */
export type XmlContent = string | number | boolean | Xml | readonly Xml[];

/** Rendered XML, told apart from text by its type so that nothing is escaped twice or not at all. */
export type Xml = { readonly xml: string };

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
  '\n': '&#xA;',
};

/** Text made safe for an element or attribute; what XML 1.0 cannot hold at all becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'\r\n]/g, (character) => entities[character] ?? character);
}

/** `<name>content</name>`; an absent content leaves the element out. */
export function xml(name: string, content: XmlContent | undefined, namespace?: string): Xml {
  if (content === undefined) return { xml: '' };
  const attribute = namespace === undefined ? '' : ` xmlns="${escapeXml(namespace)}"`;
  return { xml: `<${name}${attribute}>${render(content)}</${name}>` };
}

/** A Query list: `<name><member>…</member></name>`. */
export function xmlMembers(name: string, members: readonly XmlContent[]): Xml {
  return xml(
    name,
    members.map((member) => xml('member', member)),
  );
}

/** The whole document with its declaration. */
export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}`;
}

function render(content: XmlContent): string {
  if (typeof content === 'object') {
    return 'xml' in content ? content.xml : content.map((part) => part.xml).join('');
  }
  return escapeXml(String(content));
}
