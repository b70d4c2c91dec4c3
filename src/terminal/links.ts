/** Longest address that every terminal takes (VTE's bound), in bytes. */
const longestLink = 2_083;

/** OSC 8 as it stands in a frame: the address, empty at the link's end. */
const osc8 = /\x1b\]8;[^;\x00-\x1f\x7f]*;([^\x00-\x1f\x7f]*)(?:\x07|\x1b\\)/y;
const everyOsc8 = /\x1b\]8;[^\x00-\x1f\x7f]*(?:\x07|\x1b\\)/g;

/** AWS (its console, and S3's links) and this machine's own sandbox: no address that a stranger's text could bring in. */
const known =
  /^(?:https:\/\/(?:[a-z0-9-]+\.)+(?:aws\.amazon\.com|amazonaws\.com|amazonaws\.com\.cn|amazonaws\.cn|amazonaws-us-gov\.com)\/|http:\/\/127\.0\.0\.1(?::\d{1,5})?\/)[\x21-\x7e]*$/;
const isAllowed = (uri: string) => uri.length <= longestLink && known.test(uri);

/** The address that the text from `at` on leads to, '' for none any more; undefined where no OSC 8 stands there. */
export function linkIn(source: string, at: number): string | undefined {
  if (!source.startsWith('\x1b]8;', at)) return undefined;
  osc8.lastIndex = at;
  const uri = osc8.exec(source)?.[1];
  return uri === undefined ? undefined : isAllowed(uri) ? uri : '';
}

/** The sequence that begins a link, or ends it. The id makes one link of pieces that are drawn apart. */
export const linkTo = (uri: string) =>
  uri === '' ? '\x1b]8;;\x1b\\' : `\x1b]8;id=${idOf(uri)};${uri}\x1b\\`;

/** A frame for a terminal without links. */
export const withoutLinks = (frame: string) =>
  frame.includes('\x1b]8;') ? frame.replace(everyOsc8, '') : frame;

/** FNV-1a; equal addresses are one link. */
function idOf(uri: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < uri.length; at++) hash = Math.imul(hash ^ uri.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
