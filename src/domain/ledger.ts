import type { Distribution, ExpiryCause, PackageFile } from './distribution.ts';

/** A link that was made for a package; times are epoch ms. */
export type LedgerLink = {
  url: string;
  madeAt: number;
  /** When it really stops working, as far as that was known when it was made. */
  expiresAt: number;
  cause: ExpiryCause;
  /** Addresses it may be used from; absent: from anywhere. */
  allowedIps?: readonly string[];
};

/** A package that was made or renewed on this machine, with all links made for it here, the newest last. */
export type LedgerEntry = {
  key: string;
  bucket: string;
  region: string;
  account?: string;
  /** ccwb's profile it was made for. */
  profile?: string;
  /** The version its links are pinned to; absent in a bucket without versions. */
  versionId?: string;
  filename: string;
  /** Bytes. */
  size: number;
  sha256: string;
  platforms: readonly string[];
  /** Ids of the builds it comes from. */
  builds: readonly string[];
  files: readonly PackageFile[];
  /** ARN of whoever made it. */
  who?: string;
  createdAt: number;
  links: readonly LedgerLink[];
  /** Since when its links are proven dead. */
  revokedAt?: number;
  /** A revocation that was begun here and not seen to its end. */
  revoking?: Revoking;
  /** When it was first seen to be no longer in the bucket. */
  goneAt?: number;
};

/** How far a revocation came: whoever cuts it short must find out later what it was. */
export type Revoking = {
  /** When it was begun. */
  since: number;
  /** What the links serve was deleted, or denied; that none of them works was not proven. */
  isKilled?: true;
  /** A link was served all the same. */
  isContradicted?: true;
};

/** What this machine remembers of the packages of one bucket; the parameter itself only knows the newest link. */
export type Ledger = { entries: readonly LedgerEntry[] };

export const emptyLedger: Ledger = { entries: [] };

const day = 24 * 3_600_000;
/** A package that is gone is forgotten after a year. */
export const rememberedMs = 365 * day;
/** Entries and links that are kept at most; far more than anybody hands out. */
const mostEntries = 2_000;
const mostEndedLinks = 50;

/** The entry of a package; where other packages lay under the same key, that of the newest. */
export function entryOf(ledger: Ledger, key: string): LedgerEntry | undefined {
  return ledger.entries.findLast((entry) => entry.key === key);
}

/** Since when no link made before works any more: proven so, or all they serve was deleted or denied. */
export function revokedSince(entry: LedgerEntry | undefined): number | undefined {
  const { revokedAt, revoking } = entry ?? {};
  if (revokedAt !== undefined) return revokedAt;
  return revoking?.isKilled && !revoking.isContradicted ? revoking.since : undefined;
}

/** The ledger with a link that was just made: a new entry, or one link more of a known package. */
export function withDistribution(
  ledger: Ledger,
  made: Omit<Distribution, 'verified'>,
  place: Pick<LedgerEntry, 'region' | 'account' | 'profile'>,
  now: number,
): Ledger {
  const link: LedgerLink = {
    url: made.url,
    madeAt: now,
    expiresAt: made.expiresAt,
    cause: made.expiryCause,
    ...(made.allowedIps === undefined ? {} : { allowedIps: made.allowedIps }),
  };
  const known = ledger.entries.find((entry) => isSame(entry, made));
  const facts: LedgerEntry = {
    key: made.packageKey,
    bucket: made.bucket,
    ...place,
    ...(made.versionId === undefined ? {} : { versionId: made.versionId }),
    filename: made.filename,
    size: made.size,
    sha256: made.checksum,
    platforms: made.platforms ?? [],
    builds: made.builds,
    files: made.files,
    ...(made.by === undefined ? {} : { who: made.by }),
    createdAt: made.createdAt,
    links: [],
  };
  const next: LedgerEntry = known
    ? { ...withoutRevocation(known), links: boundedLinks([...known.links, link], now) }
    : { ...facts, links: [link] };
  const entries = known
    ? ledger.entries.map((entry) => (entry === known ? next : entry))
    : [...ledger.entries, next];
  return bounded({ ...ledger, entries }, now);
}

/** A link that was made and works says more than what was done before. */
function withoutRevocation({ revokedAt: _at, revoking: _begun, ...entry }: LedgerEntry): LedgerEntry {
  return entry;
}

const isSame = (entry: LedgerEntry, made: Pick<Distribution, 'packageKey' | 'versionId' | 'checksum'>) =>
  entry.key === made.packageKey && entry.versionId === made.versionId && entry.sha256 === made.checksum;

/** The ledger with an entry for a package that somebody else made, where it has none. */
export function withKnown(ledger: Ledger, entry: LedgerEntry): Ledger {
  return entryOf(ledger, entry.key) ? ledger : { ...ledger, entries: [...ledger.entries, entry] };
}

/** The ledger with a mark on all entries of a key; what is revoked is not being revoked any more. */
export function withMark(
  ledger: Ledger,
  key: string,
  mark: Pick<LedgerEntry, 'revokedAt' | 'goneAt' | 'revoking'>,
  now: number,
): Ledger {
  const entries = ledger.entries.map((entry) => {
    if (entry.key !== key) return entry;
    const { revoking, ...rest } = { ...entry, ...mark };
    return mark.revokedAt === undefined && revoking ? { ...rest, revoking } : rest;
  });
  return bounded({ ...ledger, entries }, now);
}

/** The ledger without a revocation of a key that came to nothing. */
export function withoutIntent(ledger: Ledger, key: string): Ledger {
  const isMeant = (entry: LedgerEntry) => entry.key === key && entry.revoking !== undefined;
  if (!ledger.entries.some(isMeant)) return ledger;
  const entries = ledger.entries.map((entry) => {
    if (!isMeant(entry)) return entry;
    const { revoking: _given, ...rest } = entry;
    return rest;
  });
  return { ...ledger, entries };
}

/** Ended links are history, and bounded; those that still work are needed to prove that they do not any more. */
function boundedLinks(links: readonly LedgerLink[], now: number): LedgerLink[] {
  const ended = links.filter((link) => link.expiresAt <= now);
  const kept = new Set(ended.slice(-mostEndedLinks));
  return links.filter((link) => link.expiresAt > now || kept.has(link));
}

/** Without packages that are gone for more than a year, and without the oldest where there are far too many. */
export function bounded(ledger: Ledger, now: number): Ledger {
  const entries = ledger.entries.filter(({ goneAt, revokedAt }) => {
    const since = goneAt ?? revokedAt;
    return since === undefined || now - since <= rememberedMs;
  });
  return { ...ledger, entries: entries.slice(-mostEntries) };
}
