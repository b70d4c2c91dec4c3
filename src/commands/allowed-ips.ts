import { addressPieces, parseAddressRanges } from '../domain/address-range.ts';
import type { DistributionOptions } from '../domain/distribution.ts';

/**
 * The pieces of `--allowed-ips`, each an address or CIDR.
 * @throws AppError `usage`, naming the piece that is none.
 */
export function parseAllowedIps(text: string): string[] {
  parseAddressRanges(text);
  return addressPieces(text);
}

/**
 * Who names addresses on the command line agrees with that to what it takes in the bucket's policy; the difference
 * stands among the notes. Whatever else a run asks is for `ask`.
 */
export function allowing(
  allowedIps: readonly string[] | undefined,
  ask?: DistributionOptions['ask'],
): Pick<DistributionOptions, 'allowedIps' | 'ask'> {
  if (allowedIps === undefined) return ask ? { ask } : {};
  if (!ask) return { allowedIps };
  return {
    allowedIps,
    ask: async (question, signal) => question.kind === 'policy' || ask(question, signal),
  };
}
