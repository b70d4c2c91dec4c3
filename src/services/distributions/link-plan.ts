import type { AddressRange } from '../../domain/address-range.ts';
import { estimateLink } from './link.ts';
import { prepareRestriction } from './policy/restrict.ts';
import type { Run } from './run.ts';
import { chooseSigner, type Signer } from './signing-key.ts';

/** Who signs the link, and the networks it may be used from; undefined for everybody. */
export type LinkPlan = { allowed: readonly AddressRange[] | undefined; signer: Signer };

/** What is found out about the link before anything costs time: who signs, for how long, for whom. */
export async function planLink(run: Run): Promise<LinkPlan> {
  const { deps, options, context, region } = run;
  const allowed = await prepareRestriction(run);
  const signer = await chooseSigner(deps, context);
  await estimateLink(deps, signer, region, options.expiresHours, context);
  return { allowed, signer };
}
