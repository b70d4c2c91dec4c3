import { findStatement } from './bucket-policy.ts';
import type { DistributionRecord, PackageEntry, PackageLink } from './distribution.ts';
import { AppError } from './errors.ts';
import type { LedgerEntry } from './ledger.ts';
import { linkEnd, linkParts } from './link-parts.ts';
import { bestLink, landingPlatform, lastEnd, packageState } from './links.ts';
import { addressesSid, revokedSid } from './policy-sid.ts';

/** One version of an object; `versionId` is `null` in a bucket that never had versions. */
export type ObjectVersion = { versionId: string; size: number; modifiedAt: number; etag: string };

/** What lies, or lay, under a key. */
export type BucketObject = {
  key: string;
  /** Newest first; absent where versions may not be listed. */
  versions?: ObjectVersion[];
  /** Versions of the delete markers over and between them. */
  markers: string[];
  /** What a request without a version gets; absent behind a delete marker. */
  top?: Omit<ObjectVersion, 'versionId'>;
};

/** What a package's metadata say of it; ccwb writes checksum and profile. */
export type ObjectFacts = {
  /** sha256, hex. */
  checksum?: string;
  profile?: string;
  platforms?: readonly string[];
  /** Ids of builds; the last of many may be missing. */
  builds?: readonly string[];
  /** ARN of whoever made it. */
  by?: string;
  /** Addresses it was restricted to when it was made; empty: to more than the metadata had room for. */
  restrictedTo?: readonly string[];
  /** When it was made, where that is told with a zone; epoch ms. */
  createdAt?: number;
  /** When a landing page's package was released, in ccwb's words. */
  released?: string;
};

/** What is known of one key from all sides. */
export type PackageSources = {
  key: string;
  /** Whether versions could be listed: only then an object that is not there is known to be gone. */
  areVersionsListed: boolean;
  object?: BucketObject;
  ledger?: LedgerEntry;
  /** The record, where it points to this key. */
  record?: DistributionRecord;
  /** What the bucket's policy says of it; absent where that may not be read. */
  policy?: PolicyFacts;
};

/** What statements of ours in the bucket's policy do to the links of a package. */
export type PolicyFacts = {
  isRevoked: boolean;
  /** Networks its links may be used from; absent: from anywhere. */
  allowedIps?: readonly string[];
};

/** Reads the statements of a package out of the bucket's policy; one that is not understood says nothing. */
export function policyFacts(policy: string | undefined, key: string): PolicyFacts {
  if (policy === undefined) return { isRevoked: false };
  try {
    const allowedIps = networksOf(findStatement(policy, addressesSid(key)));
    return {
      isRevoked: findStatement(policy, revokedSid(key)) !== undefined,
      ...(allowedIps === undefined ? {} : { allowedIps }),
    };
  } catch (error) {
    if (error instanceof AppError) return { isRevoked: false };
    throw error;
  }
}

/** The networks a restriction of ours allows. */
function networksOf(statement: unknown): readonly string[] | undefined {
  const found = (statement as { Condition?: { NotIpAddress?: Record<string, unknown> } } | undefined)
    ?.Condition?.NotIpAddress?.['aws:SourceIp'];
  const list = typeof found === 'string' ? [found] : found;
  return Array.isArray(list) ? list.filter((it): it is string => typeof it === 'string') : undefined;
}

/** The version of a package that its links serve. */
export type Subject = {
  /** Absent where they are pinned to none, or where nothing lies there. */
  versionId?: string;
  /** `ask`: versions may not be listed, so that only a look at the version itself can tell. */
  presence: 'there' | 'gone' | 'ask';
  /** Whether a request without a version gets it: then it can be looked at without naming the version. */
  isOnTop: boolean;
  covered?: 'deleted' | 'replaced';
  size?: number;
  modifiedAt?: number;
  etag?: string;
};

/** The version that the links are pinned to: as the ledger says, else the recorded link itself. */
function pinnedVersion({ ledger, record }: PackageSources): string | undefined {
  return ledger ? ledger.versionId : record && linkParts(record.url)?.versionId;
}

/** Which version a package is about, and whether that one is there. A delete marker over it takes nothing away. */
export function subjectOf(sources: PackageSources): Subject {
  const { object, areVersionsListed } = sources;
  const pinned = pinnedVersion(sources);
  const [newest] = object?.versions ?? [];
  if (pinned === undefined) {
    if (object?.top) {
      const version = newest?.versionId;
      return {
        presence: 'there',
        isOnTop: true,
        ...object.top,
        ...(version === undefined || version === 'null' ? {} : { versionId: version }),
      };
    }
    // Links to no version in particular end with the delete marker. Of links that nobody knows of, that cannot be said.
    const mayBePinned = newest && !sources.ledger && !sources.record;
    return mayBePinned
      ? { presence: 'there', isOnTop: false, covered: 'deleted', ...newest }
      : { presence: 'gone', isOnTop: false };
  }
  if (areVersionsListed) {
    const found = object?.versions?.find(({ versionId }) => versionId === pinned);
    if (!found) return { presence: 'gone', isOnTop: false, versionId: pinned };
    if (!object?.top) return { presence: 'there', isOnTop: false, covered: 'deleted', ...found };
    if (found !== newest) return { presence: 'there', isOnTop: false, covered: 'replaced', ...found };
    return { presence: 'there', isOnTop: true, ...found };
  }
  return { presence: 'ask', isOnTop: false, versionId: pinned };
}

/** The links of a package that are known here, the newest first; none is believed to live longer than it is signed for. */
export function knownLinks({ ledger, record }: PackageSources): PackageLink[] {
  const links = (ledger?.links ?? []).toReversed().map((link): PackageLink => {
    return { ...link, expiresAt: linkEnd(link.url, { at: link.expiresAt, hasZone: true }).at };
  });
  if (!record || links.some(({ url }) => url === record.url)) return links;
  const { url, expiresAt, expiryHasZone } = record;
  return [{ url, expiresAt, ...(expiryHasZone ? {} : { isEndGuessed: true }) }, ...links];
}

/** A row of the list. `object`: whether the subject is there, after a look where one was needed. */
export function packageEntry(
  sources: PackageSources,
  subject: Subject,
  object: Found,
  facts: ObjectFacts,
  landingPageUrl: string | undefined,
  now: number,
): PackageEntry {
  const { key, ledger, record, policy } = sources;
  const links = knownLinks(sources);
  const best = bestLink(links);
  const platform = landingPlatform(key);
  const checksum = ledger?.sha256 ?? facts.checksum ?? (record?.checksum || undefined);
  const expiresAt = lastEnd(links);
  const url = best?.url ?? (platform === undefined ? undefined : landingPageUrl);
  const optional: { [K in keyof PackageEntry]?: PackageEntry[K] | undefined } = {
    checksum,
    profile: ledger?.profile ?? facts.profile,
    expiresAt,
    isEndGuessed: best?.isEndGuessed,
    url,
    versionId: subject.versionId,
    platforms: filled(ledger?.platforms) ?? facts.platforms,
    builds: filled(ledger?.builds) ?? facts.builds,
    by: ledger?.who ?? facts.by,
    createdAt: ledger?.createdAt ?? toldTime(facts, subject) ?? record?.createdAt,
    allowedIps: policy ? policy.allowedIps : links[0]?.allowedIps,
    restrictedTo: policy?.allowedIps ?? links[0]?.allowedIps ?? facts.restrictedTo,
    revokedAt: ledger?.revokedAt,
    revokingSince: ledger?.revoking?.since,
    isGone: object === 'gone' ? true : undefined,
    isRecorded: record ? true : undefined,
    covered: subject.covered,
    landingPage: platform === undefined ? undefined : landingPage(platform, landingPageUrl, facts),
  };
  const state = packageState({ object, links, isRevoked: isRevoked(sources, object) }, now);
  const filename = ledger?.filename ?? key.slice(key.lastIndexOf('/') + 1);
  return {
    key,
    filename,
    size: subject.size ?? ledger?.size ?? 0,
    modifiedAt: subject.modifiedAt ?? ledger?.createdAt ?? record?.createdAt ?? 0,
    state,
    links,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<PackageEntry>),
  };
}

/**
 * Whether the links are known to be revoked: by the policy, by a proof once made, or because a revocation that was cut
 * short had deleted all they serve. A proof says nothing any more where the package is there and the policy denies
 * nothing.
 */
function isRevoked({ ledger, policy, object, areVersionsListed }: PackageSources, seen: Found): boolean {
  if (policy?.isRevoked) return true;
  if (ledger?.revokedAt !== undefined) return seen !== 'there' || policy === undefined;
  if (!ledger?.revoking || ledger.revoking.isContradicted || seen !== 'gone') return false;
  // Links to other versions of the same bytes were meant, too: before all was deleted only an empty key is proof.
  return ledger.revoking.isKilled === true || (areVersionsListed && !object?.versions?.length);
}

type Found = 'there' | 'gone' | 'unknown';

/** A stranger may write any time there; nothing is made after it was stored. */
const toldTime = ({ createdAt }: ObjectFacts, { modifiedAt = 0 }: Subject) =>
  createdAt !== undefined && createdAt <= modifiedAt ? createdAt : undefined;

const filled = <T>(list: readonly T[] | undefined) => (list?.length ? list : undefined);

function landingPage(platform: string, url: string | undefined, { released }: ObjectFacts) {
  return {
    platform,
    ...(url === undefined ? {} : { url }),
    ...(released === undefined ? {} : { released }),
  };
}
