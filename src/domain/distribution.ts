import type { AppError } from './errors.ts';
import type { PackageTree } from './package-tree.ts';

/** Steps of making a distribution, in order. Nothing others can see changes before RECORD. */
export const distributionSteps = ['COLLECT', 'CHECK', 'PACK', 'UPLOAD', 'LINK', 'VERIFY', 'RECORD'] as const;

export type DistributionStep = (typeof distributionSteps)[number];

/** The current distribution as the parameter in Parameter Store tells it; times are epoch milliseconds. */
export type DistributionRecord = {
  url: string;
  expiresAt: number;
  /** False where only a time without a zone tells it (ccwb writes naive local times): said wherever it is shown. */
  expiryHasZone: boolean;
  packageKey: string;
  /** sha256 of the zip, hex. */
  checksum: string;
  filename: string;
  createdAt?: number;
  /** Addresses the link may be used from, where this machine remembers them. */
  allowedIps?: readonly string[];
  /** When its links were revoked, or that was begun, where this machine remembers that. */
  revokedAt?: number;
};

/** Why a link ends when it ends: what was asked, the end of the signing credentials (if known), or of the object. */
export type ExpiryCause = 'asked' | 'credentials' | 'object' | 'unknown-credentials';

/** A finished distribution: the package, its link and its record. */
export type Distribution = {
  url: string;
  /** When the link really stops working: the earlier of what was asked and the end of the signing credentials. */
  expiresAt: number;
  expiryCause: ExpiryCause;
  packageKey: string;
  bucket: string;
  /** Version the link is pinned to; absent in a bucket without versions. */
  versionId?: string;
  checksum: string;
  filename: string;
  /** Bytes. */
  size: number;
  createdAt: number;
  files: PackageFile[];
  /** Builds the binaries come from. */
  builds: string[];
  /** Platforms it has a sign-in program for, and those it has none for. */
  platforms?: readonly string[];
  missing?: readonly string[];
  /** What VERIFY did, in sentences. */
  verified: string;
  /** Addresses and ranges the link may be used from; absent: from anywhere. */
  allowedIps?: readonly string[];
  /** ARN of whoever made it. */
  by?: string;
  /** The record leads to another package: this is an older one, or somebody recorded theirs right after it. */
  isUnrecorded?: boolean;
};

export type PackageFile = {
  path: string;
  size: number;
  mode: number;
  origin: string;
  /** Hex. */
  sha256?: string;
  /** What its first bytes say it is, for a column: `PE x64`, `script`, … */
  kind?: string;
};

/** A link as the ledger of this machine or the record knows it; times are epoch milliseconds. */
export type PackageLink = {
  url: string;
  expiresAt: number;
  /** The end was written without a zone and is taken as local time. */
  isEndGuessed?: true;
  /** Absent where only the record speaks of it. */
  madeAt?: number;
  cause?: ExpiryCause;
  allowedIps?: readonly string[];
};

/** `unknown`: no link of it is known here; `gone`: what its links served is not in the bucket any more. */
export type PackageState = 'valid' | 'expiring' | 'expired' | 'revoked' | 'gone' | 'unknown';

/** A package of the bucket, the ledger or the record, with the state of its links as far as it is known. */
export type PackageEntry = {
  key: string;
  filename: string;
  size: number;
  modifiedAt: number;
  checksum?: string;
  profile?: string;
  state: PackageState;
  /** When the last of its known links ends. */
  expiresAt?: number;
  /** That end was written without a zone and is taken as local time. */
  isEndGuessed?: true;
  /** The known link that works longest. */
  url?: string;
  /** All known links, the newest first. */
  links?: readonly PackageLink[];
  /** The version its links serve, where they are pinned to one. */
  versionId?: string;
  platforms?: readonly string[];
  /** Builds the binaries come from. */
  builds?: readonly string[];
  /** ARN of whoever made it. */
  by?: string;
  createdAt?: number;
  /** Addresses its links may be used from; absent: from anywhere, or not known. */
  allowedIps?: readonly string[];
  /**
   * Addresses it is meant to be restricted to, also where nothing restricts it now: its last link has ended, or
   * somebody lifted it. Empty: to some that are not known here.
   */
  restrictedTo?: readonly string[];
  /** When its links were revoked from this machine; a policy alone does not tell. */
  revokedAt?: number;
  /** Since when a revocation begun here waits to be seen to its end: that no link works is not proven. */
  revokingSince?: number;
  /** What its links served is not in the bucket any more; beside `revoked` too. */
  isGone?: true;
  /** The record points to it: it is what ccwb hands out. */
  isRecorded?: true;
  /**
   * Another version lies on top of the one that the links serve: a delete marker, or another object. They still work.
   */
  covered?: 'deleted' | 'replaced';
  /** What could not be read, so that the state may be another: see {@link Unread}. */
  unread?: readonly Unread[];
  /** One of ccwb's landing page; `url` is where the page is. */
  landingPage?: { platform: string; url?: string; released?: string };
};

/**
 * What the list of packages is made without where it may not be read: the record (links made elsewhere), the bucket's
 * policy (revocations, restrictions), the versions (what was deleted).
 */
export type Unread = 'record' | 'policy' | 'versions';

/** How far an operation on a link or package is. */
export type LinkNews =
  /** Bytes. */
  { kind: 'progress'; done: number; total: number } | { kind: 'note'; text: string };

/**
 * How far a transfer is. `done` and `total` in bytes; `rate` in bytes a second, smoothed, once it can be told; `again`:
 * it has been further, and goes over some of it once more.
 */
export type TransferProgress = { done: number; total: number; rate?: number; again?: true };

/** What making a distribution reports, in order. */
export type DistributionEvent =
  | { kind: 'step'; step: DistributionStep; state: 'started' }
  | ({ kind: 'progress'; step: DistributionStep } & TransferProgress)
  /** Something worth a line in the run's log. */
  | { kind: 'note'; step: DistributionStep; text: string }
  | { kind: 'step'; step: DistributionStep; state: 'done'; detail: string }
  /** What the package will hold, before anything is asked or refused for it. */
  | { kind: 'tree'; tree: PackageTree }
  /** The link will live shorter than asked; said as an estimate when the run begins, and before the link is made. */
  | { kind: 'short-link'; askedUntil: number; expiresAt: number; cause: ExpiryCause; estimate?: true }
  /** A call fails and is tried again; `recovered` once all that failed got through. `action`: the IAM action it needs. */
  | { kind: 'trouble'; error: AppError; since: number; nextTryAt: number; action?: string }
  | { kind: 'recovered' }
  /** Last of a run that was cancelled: what it has left, in a sentence or two. */
  | { kind: 'cancelled'; step: DistributionStep; text: string }
  | { kind: 'done'; distribution: Distribution };

export type DistributionOptions = {
  /** Whole hours, 1–168. */
  expiresHours: number;
  /** Take the binaries of these builds, one of a target, instead of the newest succeeded one of each project. */
  buildIds?: readonly string[];
  /** Folder with more files for the package (`dist/` of ccwb, either layout); absent → none. */
  packagePath?: string;
  /**
   * IP addresses and CIDRs (v4, v6) the link may be used from; absent → from anywhere. Without `ask` they are the
   * agreement to the change in the bucket's policy.
   */
  allowedIps?: readonly string[];
  /** Answers what the run asks before it goes on; absent → what would be asked is refused, naming the flag that answers. */
  ask?: (question: DistributionQuestion, signal: AbortSignal) => Promise<boolean>;
};

/** What making a distribution asks; answered with no, it ends and has changed nothing. */
export type DistributionQuestion =
  /** Something expected is absent from the package: each in a sentence. */
  | { kind: 'incomplete'; findings: readonly string[] }
  /** The bucket policy is about to change: what is added and removed, line by line. */
  | { kind: 'policy'; bucket: string; added: readonly string[]; removed: readonly string[] };

/** A run that was cut off after it had begun to put its package into the bucket, and can be finished or cleaned up. */
export type LeftoverRun = {
  id: string;
  /** Key its package lies at, or would. */
  key: string;
  filename: string;
  /** Bytes of the zip. */
  size: number;
  /** When its upload began. */
  createdAt: number;
  /** How far it came. */
  step: DistributionStep;
  /** Bytes that lie in the bucket already; absent where that cannot be told. */
  uploaded?: number;
  builds: string[];
  expiresHours: number;
  /** Why it can only be cleaned up; absent where it can be finished. */
  hopeless?: string;
};
