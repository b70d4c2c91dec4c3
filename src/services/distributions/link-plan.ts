import type { AddressRange } from '../../domain/address-range.ts';
import { estimateLink, type Link, makeLink } from './link.ts';
import type { Placed } from './place.ts';
import { keepRestricted, prepareRestriction, type Restriction, restrict } from './policy/restrict.ts';
import type { Run } from './run.ts';
import { chooseSigner, type Signer } from './signing-key.ts';
import type { PackedParts } from './verify/stored-checksum.ts';
import { verify } from './verify/verify.ts';

const hourMs = 3_600_000;

/** What is found out about a link before anything costs time: who signs, and who may use it. */
export type LinkPlan = {
  signer: Signer;
  allowed: readonly AddressRange[] | undefined;
  /** Whether the ways out of a short life were told already. */
  areWaysTold: boolean;
};

/** A link as it was made, with the restriction that stands in the bucket's policy for it. */
export type Linked = { link: Link; restricted: Restriction | undefined };

/**
 * As a run begins: the allowed addresses, the right to read the bucket's policy, the signing key, and how long the link
 * can live.
 * @throws AppError, before anything was put anywhere.
 */
export async function planLink(run: Run): Promise<LinkPlan> {
  const { deps, options, context, region } = run;
  const allowed = await prepareRestriction(run);
  const signer = await chooseSigner(deps, context);
  const areWaysTold = await estimateLink(deps, signer, region, options.expiresHours, context);
  return { signer, allowed, areWaysTold };
}

/** LINK: restricts the package first, then makes the link, so that there is never one without its restriction. */
export async function linkPackage(run: Run, plan: LinkPlan, placed: Placed): Promise<Linked> {
  const { deps, options, context, bucket, region } = run;
  const { signer, allowed, areWaysTold } = plan;
  const { key, filename, uploaded } = placed;
  const until = deps.clock.now() + uploaded.clockAheadMs + options.expiresHours * hourMs;
  const restricted = await restrict(run, key, allowed, until);
  const target = { region, bucket, key, filename };
  const link = await makeLink(deps, target, uploaded, options.expiresHours, signer, context, {
    areWaysTold,
  });
  return { link, restricted };
}

/** VERIFY: reads the package back, and sees at last that nobody wrote over the restriction. Answers with what was done. */
export async function verifyPackage(
  run: Run,
  { link, restricted }: Linked,
  placed: Placed,
  packed: PackedParts,
  file: string,
): Promise<string> {
  const { deps, context, bucket, region } = run;
  const object = { region, bucket, key: placed.key, versionId: placed.uploaded.versionId };
  const { url, credentials } = link;
  const allowed = restricted?.allowed;
  const done = await verify(deps, { url, object, credentials, packed, file, allowed }, context);
  await keepRestricted(run, restricted, link.life.expiresAt);
  return done;
}
