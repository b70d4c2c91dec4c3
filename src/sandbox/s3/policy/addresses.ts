import { isIPv4, isIPv6 } from 'node:net';

/** An address as its bytes: 4 of IPv4, 16 of IPv6. */
export type Address = readonly number[];

/** All addresses whose first `bits` are those of `start`. */
export type AddressRange = { start: Address; bits: number };

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** The address of a text; one of IPv4 within IPv6 (`::ffff:1.2.3.4`) counts as IPv4. Undefined for what is none. */
export function readAddress(text: string): Address | undefined {
  const bytes = bytesOf(text);
  return bytes && isMapped(bytes) ? bytes.slice(mappedPrefix.length) : bytes;
}

/** The range of an address or CIDR block, whatever bits stand behind its prefix. Undefined for what is none. */
export function readRange(text: string): AddressRange | undefined {
  const [, address = '', length] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const start = bytesOf(address);
  if (!start) return undefined;
  const bits = length === undefined ? start.length * 8 : Number(length);
  if (bits > start.length * 8) return undefined;
  const behindMapping = bits - mappedPrefix.length * 8;
  return isMapped(start) && behindMapping >= 0
    ? { start: start.slice(mappedPrefix.length), bits: behindMapping }
    : { start, bits };
}

/** Whether an address lies in a range; one of IPv4 never lies in one of IPv6, nor the other way round. */
export function isWithin(address: Address, { start, bits }: AddressRange): boolean {
  if (address.length !== start.length) return false;
  return start.every((byte, index) => {
    const ignored = Math.min(Math.max(8 * (index + 1) - bits, 0), 8);
    return byte >> ignored === (address[index] ?? 0) >> ignored;
  });
}

function bytesOf(text: string): number[] | undefined {
  if (isIPv4(text)) return text.split('.').map(Number);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [head = '', tail] = text.split('::');
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const gap = new Array<number>(16 - front.length - back.length).fill(0);
  return [...front, ...gap, ...back];
}

/** The bytes of groups between colons, the last of which may be written as IPv4. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function isMapped(bytes: Address): boolean {
  return bytes.length === 16 && mappedPrefix.every((byte, index) => byte === bytes[index]);
}
