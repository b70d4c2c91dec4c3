import { addressPieces, parseAddressRanges } from '../domain/address-range.ts';
import type { DistributionOptions } from '../domain/distribution.ts';
import type { Io } from './context.ts';
import { sayQuestion } from './distribution-question.ts';

/**
 * The pieces of `--allowed-ips`, each an address or CIDR.
 * @throws AppError `usage`, naming the piece that is none.
 */
export function parseAllowedIps(text: string): string[] {
  parseAddressRanges(text);
  return addressPieces(text);
}

/**
 * Who names addresses on the command line agrees with that to what it takes in the bucket's policy; the difference is
 * shown all the same. Whatever else a run asks is for `ask`.
 */
export function allowing(
  io: Pick<Io, 'err'>,
  allowedIps: readonly string[] | undefined,
  ask?: DistributionOptions['ask'],
): Pick<DistributionOptions, 'allowedIps' | 'ask'> {
  if (allowedIps === undefined) return ask ? { ask } : {};
  if (!ask) return { allowedIps };
  return {
    allowedIps,
    ask: async (question, signal) => {
      if (question.kind !== 'policy') return ask(question, signal);
      sayQuestion(io, question);
      return true;
    },
  };
}
