import { type AddressRange, contains } from '../../../domain/address-range.ts';
import { AppError } from '../../../domain/errors.ts';
import { transfer } from '../../aws-call.ts';
import type { SigningCredentials } from '../../aws-clients.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { RunContext } from '../run-context.ts';
import type { SignedObject } from '../signing-key.ts';
import { isBusy, notReadBack, refusedLink } from './failures.ts';
import { linkSource } from './link-source.ts';
import { ownAddress } from './own-address.ts';
import { readBack } from './read-back.ts';
import { signedSource } from './signed-source.ts';
import type { Source } from './source.ts';
import { type PackedParts, sameStoredChecksum } from './stored-checksum.ts';
import { watched } from './watchdog.ts';

export type ToVerify = {
  url: string;
  object: SignedObject;
  /** What signed the link. */
  credentials: SigningCredentials;
  packed: PackedParts;
  /** The package on disk, packed here; absent: what is compared with is recorded, and all of it is read. */
  file?: string;
  /** Networks the link may be used from; absent → any. */
  allowed?: readonly AddressRange[] | undefined;
  /** Bytes up to which it is read whole; absent → 512 MiB. */
  wholeUpTo?: number;
};

/**
 * VERIFY: downloads the package through the link as a stranger would, without credentials, and compares it with what
 * was packed. Where the link refuses this machine's address, as it must when that is not allowed, the same version is
 * read by a signed request.
 * @returns what was done and seen, in sentences; nothing else is claimed.
 */
export async function verify(deps: DistributionsDeps, given: ToVerify, context: RunContext): Promise<string> {
  const { url, allowed } = given;
  const link = linkSource(url);
  if (!allowed) return `Read back through the link: ${await compare(deps, link, given, context)}.`;
  const first = await tryAddress(deps, link, allowed, context);
  if (first.kind === 'refused') return signedInstead(deps, given, context);
  const compared = await compare(deps, link, given, context);
  // S3 may need a moment until a new policy holds everywhere.
  const last = await tryAddress(deps, link, allowed, context);
  if (last.kind === 'refused') return signedInstead(deps, given, context);
  const who = last.address
    ? `This machine’s address ${last.address} is allowed`
    : 'This machine was let in; at which address S3 sees it is not known here';
  return `Read back through the link: ${compared}. ${who}; that others are refused was not tried from here.`;
}

async function signedInstead(deps: DistributionsDeps, given: ToVerify, context: RunContext): Promise<string> {
  const source = signedSource(deps, given.object, given.credentials);
  const compared = await compare(deps, source, given, context);
  return `The link refuses this machine (403), whose address is not allowed. Read back by a signed request instead: ${compared}. That allowed addresses get in was not tried from here.`;
}

async function compare(
  deps: DistributionsDeps,
  source: Source,
  { packed, file, object, wholeUpTo }: ToVerify,
  context: RunContext,
): Promise<string> {
  const options = {
    ...(file === undefined ? {} : { file }),
    ...(wholeUpTo === undefined ? {} : { wholeUpTo }),
  };
  const { said: compared, isWhole } = await readBack(deps, source, packed, options, context);
  if (isWhole) return compared;
  const stored = await sameStoredChecksum(deps, object, packed, context.signal);
  return stored ? `${compared}; S3’s own sha256 is that of what was packed` : compared;
}

type Tried = { kind: 'in' | 'refused'; address: string | undefined };

/** Pauses before an address that should be refused is tried again, ms. */
const pauses = [500, 1_000, 2_000, 4_000];

/**
 * Asks for one byte, to see whether this machine is let in.
 * @throws AppError where it is though its address is known not to be allowed, or is not though it is known to be.
 */
async function tryAddress(
  deps: DistributionsDeps,
  link: Source,
  allowed: readonly AddressRange[],
  context: RunContext,
): Promise<Tried> {
  for (const pause of [...pauses, undefined]) {
    const { refusal, address } = await touch(deps, link, context.signal);
    const listed = address && allowed.some((range) => contains(range, address));
    const shown = address?.text.replace(/\/\d+$/, '');
    if (refusal && (refusal.status !== 403 || refusal.code !== 'AccessDenied')) throw refusedLink(refusal);
    const asExpected = listed === undefined || listed !== (refusal !== undefined);
    if (asExpected) return { kind: refusal ? 'refused' : 'in', address: shown };
    if (pause === undefined) throw refusal ? wronglyRefused(shown) : wronglyLetIn(shown);
    await deps.clock.sleep(pause, context.signal);
  }
  throw new Error('not reached');
}

async function touch(deps: DistributionsDeps, link: Source, signal: AbortSignal) {
  return deps.aws.call(
    { doing: 'Trying the link', action: 's3:GetObject' },
    signal,
    (callSignal) =>
      watched(deps.clock, notReadBack, callSignal, async (watchedSignal) => {
        const answer = await link({ from: 0, to: 0 }, undefined, watchedSignal);
        const address = ownAddress(answer, deps.place);
        if (answer.kind === 'open') {
          answer.body.destroy();
          return { refusal: undefined, address };
        }
        if (isBusy(answer)) throw refusedLink(answer);
        return { refusal: answer, address };
      }),
    transfer,
  );
}

function wronglyLetIn(address: string | undefined): AppError {
  return new AppError({
    kind: 'failed',
    message: `The restriction does not work: the link lets ${address} in, which is not allowed.`,
    hint: 'Nothing was recorded, and the link is taken back. Does something between here and S3 change addresses?',
  });
}

function wronglyRefused(address: string | undefined): AppError {
  return new AppError({
    kind: 'failed',
    message: `The link refuses ${address}, which is allowed.`,
    hint: 'Nothing was recorded. Through a VPC endpoint S3 sees no public address; does another policy deny the download?',
  });
}
