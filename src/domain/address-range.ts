import { parseV4, parseV6, v4Text, v6Text } from './address-text.ts';
import { AppError } from './errors.ts';
import { sanitiseText } from './sanitise.ts';

/** IPv4 or IPv6 addresses that share their first `prefix` bits. */
export type AddressRange = {
  /** Canonical, always with its prefix: `203.0.113.0/24`, `2001:db8::1/128` (RFC 5952). */
  text: string;
  version: 4 | 6;
  /** First address: 4 or 16 bytes. */
  bytes: readonly number[];
  /** Bits, 0 to 32 or 128. */
  prefix: number;
};

export type AddressRanges = {
  /** Disjoint, in the order given. */
  ranges: AddressRange[];
  /** What was left out, a sentence each: given twice, or contained in another. */
  dropped: string[];
};

/** Longest piece of input repeated in a message. */
const shownLength = 50;

/** The pieces of a list of addresses, between commas or blanks. */
export const addressPieces = (text: string): string[] => text.split(/[\s,]+/).filter((piece) => piece !== '');

/**
 * Addresses and CIDRs as the user wrote them, separated by commas or blanks. Whatever could be meant otherwise than it
 * would be taken is refused: a link for the wrong people is a leak, one for nobody is a puzzle.
 * @throws AppError `usage`, naming the piece and how to write it.
 */
export function parseAddressRanges(text: string): AddressRanges {
  const pieces = addressPieces(text);
  if (pieces.length === 0) {
    throw refusal('No address is given that the link may be used from.', exampleHint);
  }
  const given = pieces.map((piece, index) => {
    if (piece === '-') throw rangeRefusal(`${pieces[index - 1] ?? ''}-${pieces[index + 1] ?? ''}`);
    return parseAddressRange(piece);
  });
  const result = withoutContained(given);
  const everyone = ([4, 6] as const).find((version) => coversAll(version, result.ranges));
  if (everyone) {
    throw refusal(
      `Together these ranges are every IPv${everyone} address: that is everyone.`,
      'Name only the networks that may download, or leave --allowed-ips out.',
    );
  }
  return result;
}

/**
 * One address or CIDR.
 * @throws AppError `usage`, naming it and how to write it.
 */
export function parseAddressRange(text: string): AddressRange {
  const [address = '', bits, ...more] = text.split('/');
  if (more.length > 0) throw refusal(`${quoted(text)} has more than one slash.`, exampleHint);
  refuseLookalikes(text, address);
  const v4 = parseV4(address);
  const bytes = v4 ?? parseV6(address);
  if (!bytes) throw refusal(`${quoted(text)} is no IP address.`, exampleHint);
  const version = v4 ? 4 : 6;
  if (version === 6 && isMapped(bytes)) throw mappedRefusal(text, bytes);
  const prefix = bits === undefined ? bytes.length * 8 : parsePrefix(text, address, bits, version);
  if (prefix === 0) {
    throw refusal(
      `${quoted(text)} is every IPv${version} address: that is everyone.`,
      'Name only the networks that may download, or leave --allowed-ips out.',
    );
  }
  const range = rangeOf(version, bytes, prefix);
  if (range.bytes.some((byte, index) => byte !== bytes[index])) {
    throw refusal(
      `${quoted(text)} has bits set behind its prefix.`,
      `The whole network is ${range.text}; this address alone is ${rangeOf(version, bytes, bytes.length * 8).text}.`,
    );
  }
  return range;
}

/** Whether all of `inner`'s addresses are in `outer`. */
export function contains(outer: AddressRange, inner: AddressRange): boolean {
  return (
    outer.version === inner.version &&
    outer.prefix <= inner.prefix &&
    outer.bytes.every((byte, index) => byte === masked(inner.bytes[index] ?? 0, outer.prefix - index * 8))
  );
}

/**
 * Networks that nobody has on the internet (RFC 1918, 6598, 3927, 4193 and the like). S3 sees the address a network
 * shows to the outside, so a range in one of these lets nobody in there.
 */
export function isNeverPublic(range: AddressRange): boolean {
  return neverPublic.some((network) => contains(network, range));
}

/** Head of `::ffff:0:0/96`. */
const mappedHead = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const isMapped = (bytes: readonly number[]) => mappedHead.every((byte, index) => byte === bytes[index]);

const neverPublic = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
].map(parseAddressRange);

const exampleHint = 'For example 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32, separated by commas.';

function rangeOf(version: 4 | 6, bytes: readonly number[], prefix: number): AddressRange {
  const first = bytes.map((byte, index) => masked(byte, prefix - index * 8));
  const address = version === 4 ? v4Text(first) : v6Text(first);
  return { text: `${address}/${prefix}`, version, bytes: first, prefix };
}

/** The first `bits` bits of a byte; none where negative, all from 8 on. */
function masked(byte: number, bits: number): number {
  if (bits >= 8) return byte;
  return bits <= 0 ? 0 : byte & (0xff << (8 - bits));
}

function parsePrefix(text: string, address: string, bits: string, version: 4 | 6): number {
  const most = version === 4 ? 32 : 128;
  if (/^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most) return Number(bits);
  const mask = parseV4(bits);
  const ones = mask?.map((byte) => byte.toString(2).padStart(8, '0')).join('') ?? '';
  throw refusal(
    `${quoted(text)} has no prefix of 0 to ${most} bits behind its slash.`,
    version === 4 && /^1+0*$/.test(ones)
      ? `Write the mask as a number of bits: ${address}/${ones.indexOf('0') === -1 ? 32 : ones.indexOf('0')}.`
      : exampleHint,
  );
}

/** What people write instead of an address, each with the way out. */
function refuseLookalikes(text: string, address: string): void {
  if (text.includes('%')) {
    throw refusal(
      `${quoted(text)} names a zone, which means something on one machine only.`,
      'Write the public address, without % and what follows.',
    );
  }
  if (/^\d+(\.\d+){3}:\d+$/.test(address) || /^\[.*\](:\d+)?$/.test(address)) {
    throw refusal(
      `${quoted(text)} has a port or brackets.`,
      `Write the address alone: ${quoted(address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1'))}.`,
    );
  }
  if (/^[\da-f.:]+-[\da-f.:]+$/i.test(address)) throw rangeRefusal(text);
  if (/^\d+(\.\d+){3}$/.test(address) && /(^|\.)0\d/.test(address)) {
    throw refusal(
      `${quoted(text)} has leading zeros, which some programs read as octal numbers.`,
      'Write it without them.',
    );
  }
}

function rangeRefusal(text: string): AppError {
  return refusal(
    `${quoted(text)} is a range from one address to another, which a bucket policy does not know.`,
    'Write it as one or more CIDRs, for example 203.0.113.0/28.',
  );
}

function mappedRefusal(text: string, bytes: readonly number[]): AppError {
  return refusal(
    `${quoted(text)} is an IPv4 address written as IPv6; S3 would not recognise it.`,
    `Write ${v4Text(bytes.slice(12))}.`,
  );
}

function withoutContained(given: readonly AddressRange[]): AddressRanges {
  const ranges: AddressRange[] = [];
  const dropped: string[] = [];
  // The widest first: that is the one that stays.
  const byWidth = given.toSorted((a, b) => a.prefix - b.prefix);
  given.forEach((range, index) => {
    const same = given.findIndex(({ text }) => text === range.text);
    const wider = byWidth.find((other) => other.prefix < range.prefix && contains(other, range));
    if (same < index) dropped.push(`${range.text} is given twice.`);
    else if (wider) dropped.push(`${range.text} is in ${wider.text} already.`);
    else ranges.push(range);
  });
  return { ranges, dropped };
}

/** Whether disjoint ranges are all there is: the shares they have of the whole add up to it. */
function coversAll(version: 4 | 6, ranges: readonly AddressRange[]): boolean {
  const width = version === 4 ? 32 : 128;
  const sum = ranges
    .filter((range) => range.version === version)
    .reduce((total, { prefix }) => total + (1n << BigInt(width - prefix)), 0n);
  return sum === 1n << BigInt(width);
}

function quoted(text: string): string {
  const clean = sanitiseText(text);
  return `"${clean.length > shownLength ? `${clean.slice(0, shownLength)}…` : clean}"`;
}

function refusal(message: string, hint: string): AppError {
  return new AppError({ kind: 'usage', message, hint });
}
