import { type AddressRange, isNeverPublic, parseAddressRange } from '../../../domain/address-range.ts';
import type { Ends } from './source.ts';

/**
 * The address that S3 sees this machine at, as far as a connection tells: an address of the sandbox's is its own, and
 * one of the internet's is not changed on the way there. Behind a router or a proxy it is not known.
 */
export function ownAddress(ends: Ends, place: 'aws' | 'sandbox'): AddressRange | undefined {
  const local = readAddress(ends.localAddress);
  if (place === 'sandbox' || !local) return local;
  const remote = readAddress(ends.remoteAddress);
  return !remote || isNeverPublic(local) || isNeverPublic(remote) ? undefined : local;
}

function readAddress(text: string | undefined): AddressRange | undefined {
  try {
    return text === undefined ? undefined : parseAddressRange(text.replace(/^::ffff:(?=\d+\.)/i, ''));
  } catch {
    // One with a zone, say: nothing S3 could be reached by.
    return undefined;
  }
}
