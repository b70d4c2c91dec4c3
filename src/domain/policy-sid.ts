/**
 * Names of the statements that this program writes into a bucket's policy: which package they are for, what for, and
 * until when they are needed. S3 takes letters and digits alone here.
 */

/** Name of the statement that restricts the links of a package; {@link withEnd} adds until when. */
export const addressesSid = (key: string): string => `CcwbTui${hashOf(key)}Addresses`;

/** Name of the statement that refuses all links of a package. */
export const revokedSid = (key: string): string => `CcwbTui${hashOf(key)}Revoked`;

/** A statement's name, and the end of the last link it is for where its `Sid` tells: epoch ms. */
export type ParsedSid = { name: string; until?: number };

/** A `Sid` with the end of the last link that the statement is for, epoch ms; whole minutes, later rather than sooner. */
export function withEnd(name: string, until: number): string {
  const end = new Date(Math.ceil(until / minute) * minute).toISOString();
  return `${name}Until${end.slice(0, 16).replace(/[-:]/g, '')}Z`;
}

/** Takes apart what {@link withEnd} made; any other `Sid` is a name without an end. */
export function parseSid(sid: string): ParsedSid {
  const found = /^(CcwbTui[0-9a-f]{16}Addresses)Until(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/.exec(sid);
  if (!found) return { name: sid };
  const [, name = '', year, month, day, hours, minutes] = found;
  const until = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:00Z`);
  return Number.isNaN(until) ? { name: sid } : { name, until };
}

const minute = 60_000;

/** 64 bits in hex, FNV-1a over UTF-16 units: names, not secrets. A clash of two keys is noticed and refused. */
function hashOf(key: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < key.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(key.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
