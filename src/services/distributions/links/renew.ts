import type { Distribution, DistributionEvent, PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { landingPlatform, madeAt } from '../../../domain/links.ts';
import type { RenewOptions } from '../../../domain/ports/links.ts';
import type { SigningCredentials } from '../../aws-clients.ts';
import type { DistributionsDeps } from '../deps.ts';
import { readLedger, recordInLedger } from '../ledger.ts';
import { makeLink } from '../link.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { keepRestricted, type Restriction } from '../policy/restrict.ts';
import { newerRecorded } from '../record/newer-recorded.ts';
import { fittingRecord, type RecordBefore, record, recordBefore } from '../record/record.ts';
import { note, type RunContext, stepIn } from '../run-context.ts';
import { chooseSigner } from '../signing-key.ts';
import { verify } from '../verify/verify.ts';
import { type Look, lookAt } from './look-at.ts';
import { momentText } from './moment-text.ts';
import { type RestrictedRenewal, restrictAsBefore } from './restrict-as-before.ts';
import { stillServed } from './still-served.ts';

const hourMs = 3_600_000;

type Renewal = RestrictedRenewal & {
  entry: PackageEntry & { checksum: string };
  list: readonly PackageEntry[];
};

/**
 * Another link to the same version: the steps LINK, VERIFY and RECORD of a distribution. Nothing that others see
 * changes before RECORD, but for a restriction, which the package's other links come under too.
 */
export async function renew(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  list: readonly PackageEntry[],
  options: RenewOptions,
  emit: (event: DistributionEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const context: RunContext = { step: 'LINK', signal, clock: deps.clock, emit };
  signal.throwIfAborted();
  const renewal: Renewal = { deps, place, entry: renewable(entry), list, options, context };
  const before = await recordBefore(deps, context);
  const linked = await stepIn(context, 'LINK', async () => {
    const done = await link(renewal);
    return [
      { ...done, text: fittingRecord(done.made) },
      `works until ${momentText(deps, done.made.expiresAt)}`,
    ];
  });
  const verified = await stepIn(context, 'VERIFY', async () => {
    const { url, size, checksum, versionId, expiresAt } = linked.made;
    const given = {
      url,
      object: { ...place, key: entry.key, versionId },
      credentials: linked.credentials,
      packed: { size, sha256: checksum },
      allowed: linked.restricted?.allowed,
    };
    const done = await verify(deps, given, context);
    await keepRestricted({ deps, context, ...place }, linked.restricted, expiresAt);
    return [done, done];
  });
  const isUnrecorded = await stepIn(context, 'RECORD', async () => {
    await inspect(renewal);
    const { url, filename, allowedIps } = linked.made;
    const made = { key: entry.key, filename, url, isRestricted: allowedIps !== undefined };
    await stillServed(deps, place, made, signal);
    const { isRecorded, said } = await recordWhereDue(renewal, linked.text, before);
    const uncut = new AbortController().signal;
    for (const text of await recordInLedger(deps, linked.made, uncut)) note(context, text);
    return [!isRecorded, said];
  });
  const distribution = { ...linked.made, verified, ...(isUnrecorded ? { isUnrecorded } : {}) };
  emit({ kind: 'done', distribution });
}

/** @throws AppError where no link to the package can be made, or ought to be. */
function renewable(entry: PackageEntry): PackageEntry & { checksum: string } {
  const { key, filename, state, checksum } = entry;
  const makeNew = 'Make a new distribution: ccwb-tui distribute';
  if (landingPlatform(key) !== undefined) {
    throw new AppError({
      kind: 'invalid',
      message: `${key} is published on the landing page: it has no link to renew.`,
      hint: `Hand out the page${entry.url === undefined ? '' : `, ${entry.url}`}. ${makeNew}`,
    });
  }
  if (state === 'revoked') {
    throw new AppError({
      kind: 'conflict',
      message: `${filename} was revoked: a new link to it would not work, or undo that.`,
      hint: makeNew,
    });
  }
  if (state === 'gone') {
    throw new AppError({
      kind: 'not-found',
      message: `${filename} is not in the bucket any more: there is nothing to link to.`,
      hint: makeNew,
    });
  }
  if (checksum !== undefined) return { ...entry, checksum };
  throw new AppError({
    kind: 'invalid',
    message: `Which sha256 ${filename} should have is not recorded anywhere: whether it is the right one cannot be told.`,
    hint: makeNew,
  });
}

type Linked = {
  made: Omit<Distribution, 'verified'>;
  restricted: Restriction | undefined;
  credentials: SigningCredentials;
};

async function link(renewal: Renewal): Promise<Linked> {
  const { deps, place, entry, options, context } = renewal;
  const look = await inspect(renewal);
  const signer = await chooseSigner(deps, context);
  const until = deps.clock.now() + look.clockAheadMs + options.expiresHours * hourMs;
  const restricted = await restrictAsBefore(renewal, until);
  const allowedIps = restricted?.allowed.map(({ text }) => text);
  const target = { ...place, key: entry.key, filename: entry.filename };
  const uploaded = {
    versionId: entry.versionId,
    clockAheadMs: look.clockAheadMs,
    ...(look.objectEndsAt === undefined ? {} : { objectEndsAt: look.objectEndsAt }),
  };
  if (entry.covered !== undefined) {
    note(context, `Another object lies over ${entry.filename}; the link serves the version below it.`);
  }
  const { url, life, credentials } = await makeLink(
    deps,
    target,
    uploaded,
    options.expiresHours,
    signer,
    context,
  );
  const { versionId, platforms, by, builds = [] } = entry;
  const made = {
    url,
    expiresAt: life.expiresAt,
    expiryCause: life.cause,
    packageKey: entry.key,
    bucket: place.bucket,
    ...(versionId === undefined ? {} : { versionId }),
    checksum: entry.checksum,
    filename: entry.filename,
    size: look.size,
    createdAt: madeAt(entry),
    files: await filesOf(renewal),
    builds: [...builds],
    ...(platforms === undefined ? {} : { platforms }),
    ...(by === undefined ? {} : { by }),
    ...(allowedIps === undefined ? {} : { allowedIps }),
  };
  return { made, restricted, credentials };
}

/** The version must be there, and be the one that is recorded as far as its metadata tell. */
async function inspect({ deps, place, entry, context }: Renewal): Promise<Look> {
  const look = await lookAt(deps, place, entry.key, entry.versionId, context.signal, {});
  if (look === 'gone') return inspectFailed(entry, 'not-found', 'is not in the bucket any more');
  if (look === 'denied') {
    throw new AppError({
      kind: 'permission',
      message: `${entry.filename} may not be read: a link signed by you would not work.`,
      hint: 'Ask for the IAM actions s3:GetObject and s3:GetObjectVersion.',
    });
  }
  if (entry.size > 0 && look.size !== entry.size)
    return inspectFailed(entry, 'invalid', `has ${look.size} bytes instead of ${entry.size}`);
  if (look.checksum !== undefined && look.checksum !== entry.checksum)
    return inspectFailed(entry, 'invalid', `says sha256 ${look.checksum}, recorded is ${entry.checksum}`);
  return look;
}

function inspectFailed({ filename }: PackageEntry, kind: 'not-found' | 'invalid', what: string): never {
  throw new AppError({
    kind,
    message: `${filename} ${what}: no link is made.`,
    hint: 'Make a new distribution: ccwb-tui distribute',
  });
}

/** What of the package this machine remembers; another's packages tell their platforms only. */
async function filesOf({ deps, entry }: Renewal): Promise<Distribution['files']> {
  const { ledger } = await readLedger(deps);
  const known = ledger.entries.findLast(({ key, sha256 }) => key === entry.key && sha256 === entry.checksum);
  return known ? [...known.files] : [];
}

/**
 * RECORD, where the package is the recorded one or the newest: the record is what ccwb hands out, and an older package
 * must not come back into it by a renewal.
 * @returns whether it was, and what to say of it in the step's line.
 */
async function recordWhereDue(
  { deps, entry, list, context }: Renewal,
  text: string,
  before: RecordBefore,
): Promise<{ isRecorded: boolean; said: string }> {
  const recorded = list.find(({ isRecorded }) => isRecorded);
  const newer = list.find(
    (it) => it.key !== entry.key && madeAt(it) > madeAt(entry) && landingPlatform(it.key) === undefined,
  );
  const isTheRecorded = recorded?.key === entry.key;
  if (!isTheRecorded && newer !== undefined) {
    const whose = recorded ? `goes on pointing to ${recorded.filename}` : 'stays as it is';
    return { isRecorded: false, said: `not written: there are newer packages, and the record ${whose}` };
  }
  // One that was shipped since the list was read.
  const shipped = await newerRecorded(deps, entry.key, context);
  if (shipped !== undefined) {
    const said = `not written: it points to ${shipped}, which is newer`;
    note(context, `The record was ${said}.`);
    return { isRecorded: false, said };
  }
  const outcome = await record(deps, text, before, async () => {}, context);
  if (!outcome.recorded) throw outcome.error;
  const { parameterName } = deps.deployment;
  if (outcome.overwritten !== undefined)
    return { isRecorded: false, said: `written to ${parameterName}, but ${outcome.overwritten}` };
  const why = isTheRecorded ? 'the recorded package' : 'the newest package';
  return { isRecorded: true, said: `${parameterName}, as it is ${why}` };
}
