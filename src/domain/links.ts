import type { PackageEntry, PackageLink, PackageState } from './distribution.ts';
import { parseIso } from './distribution-record.ts';
import { AppError } from './errors.ts';
import { formatMoment } from './format.ts';
import { linkState } from './link-life.ts';
import { isPackageKey } from './package-layout.ts';

/** What is known of a package and its links, for {@link packageState}. */
export type LinkFacts = {
  /** Whether the version that the links serve lies in the bucket; `unknown` where that may not be looked at. */
  object: 'there' | 'gone' | 'unknown';
  links: readonly Pick<PackageLink, 'expiresAt'>[];
  /** By this machine once, or by the bucket's policy. */
  isRevoked: boolean;
};

/**
 * The state of a package's links together: `valid` as long as one of them works. `unknown` where the package is there
 * and no link of it is known here: somebody else may have made one.
 */
export function packageState({ object, links, isRevoked }: LinkFacts, now: number): PackageState {
  if (isRevoked) return 'revoked';
  if (object === 'gone') return 'gone';
  const end = lastEnd(links);
  return end === undefined ? 'unknown' : linkState(end, now);
}

/** When the last of the links ends; undefined where none is known. */
export function lastEnd(links: readonly Pick<PackageLink, 'expiresAt'>[]): number | undefined {
  return links.length === 0 ? undefined : Math.max(...links.map(({ expiresAt }) => expiresAt));
}

/** The link that works longest. */
export function bestLink(links: readonly PackageLink[]): PackageLink | undefined {
  return links.reduce<PackageLink | undefined>(
    (best, link) => (best === undefined || link.expiresAt > best.expiresAt ? link : best),
    undefined,
  );
}

/** What a presigned link says of itself. */
export type LinkParts = {
  /** Scheme, host and path: where the object lies. */
  place: string;
  versionId?: string;
  /** When it was signed, by the signer's clock; epoch ms. */
  signedAt?: number;
  /** The end in its signature, epoch ms; it may stop earlier. */
  signedUntil?: number;
};

/** Takes a link apart; undefined for what is no web address. */
export function linkParts(url: string): LinkParts | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname, searchParams, protocol } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const versionId = searchParams.get('versionId') ?? undefined;
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '');
  const seconds = /^\d{1,6}$/.exec(searchParams.get('X-Amz-Expires') ?? '')?.[0];
  const [, year, month, day, hour, minute, second] = date ?? [];
  const signedAt = date ? parseIso(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)?.at : undefined;
  return {
    place: `${origin}${pathname}`,
    ...(versionId === undefined ? {} : { versionId }),
    ...(signedAt === undefined ? {} : { signedAt }),
    ...(signedAt === undefined || seconds === undefined
      ? {}
      : { signedUntil: signedAt + Number(seconds) * 1_000 }),
  };
}

/**
 * The package meant by a key, a file name, or a unique beginning of its stamp (`20261120-10`).
 * @throws AppError `not-found`, or `usage` naming the candidates.
 */
export function findPackage(list: readonly PackageEntry[], reference: string): PackageEntry {
  const exact = list.find(({ key }) => key === reference);
  if (exact) return exact;
  const named = list.filter(({ filename }) => filename === reference);
  const meant =
    named.length > 0
      ? named
      : list.filter(({ key }) => reference !== '' && stampOf(key).startsWith(reference));
  const [only, ...others] = meant;
  if (only && others.length === 0) return only;
  if (!only) {
    throw new AppError({
      kind: 'not-found',
      message: `There is no package '${reference}'.`,
      hint: 'See which there are with: ccwb-tui links list',
    });
  }
  const some = meant.slice(0, 5).map(({ key }) => (isPackageKey(key) ? stampOf(key) : key));
  const more = meant.length > some.length ? ` and ${meant.length - some.length} more` : '';
  throw new AppError({
    kind: 'usage',
    message: `'${reference}' may mean ${meant.length} packages: ${some.join(', ')}${more}.`,
    hint: 'Write more of it, or the whole key.',
  });
}

/** When a package was made, epoch ms. Where nobody wrote that down, when it was stored: later, by its upload. */
export const madeAt = ({ createdAt, modifiedAt }: Pick<PackageEntry, 'createdAt' | 'modifiedAt'>): number =>
  createdAt ?? modifiedAt;

/** The order of every list of packages: the newest made first; those of one moment by their keys, the later first. */
export const newestFirst = (a: PackageEntry, b: PackageEntry): number =>
  madeAt(b) - madeAt(a) || Number(a.key < b.key) - Number(a.key > b.key);

/** The folder between `packages/` and the file: the stamp of ours and ccwb's packages. */
export const stampOf = (key: string): string => key.split('/')[1] ?? '';

/** Keys of ccwb's landing page and what each holds. */
const landingPlatforms = ['windows', 'linux', 'mac', 'all-platforms'] as const;

/** For which platform a key is the landing page's package; undefined for every other key. */
export function landingPlatform(key: string): (typeof landingPlatforms)[number] | undefined {
  return landingPlatforms.find((platform) => key === `packages/${platform}/latest.zip`);
}

/** Said of every package of a landing page. */
export const landingPageNote =
  'Published on the landing page: that way of publishing is ccwb’s own, who may download is decided there.';

/**
 * Refuses to revoke what a landing page hands out: no link to it is ours, and a denial would outlive the package and shut
 * out every later one at the same key.
 * @throws AppError `invalid`.
 */
export function refuseLandingPage({ key }: Pick<PackageEntry, 'key'>): void {
  if (landingPlatform(key) === undefined) return;
  throw new AppError({
    kind: 'invalid',
    message: `${key} is published on the landing page, where it is decided who may download: it has no link to revoke.`,
    hint: `Publish another with ccwb, or delete it: ccwb-tui links delete ${key}`,
  });
}

/** Asked before a package is deleted. */
export function deleteQuestion({ key, filename }: Pick<PackageEntry, 'key' | 'filename'>): string {
  const platform = landingPlatform(key);
  return platform === undefined
    ? `Delete ${filename} with all its versions? Its links end.`
    : `Delete ${key}, which the landing page hands out for ${platform}? What was published there before comes back, or nothing is left.`;
}

/** What came of looking whether a link, a package or a file is what was recorded. */
export type LinkCheck = {
  /** `dead`: the link does not work, so that its bytes could not be compared. */
  verdict: 'same' | 'different' | 'unknown' | 'dead';
  /** The recorded package it was compared with. */
  entry?: PackageEntry;
  /** sha256 of what was read, and its bytes. */
  checksum?: string;
  size?: number;
  /** When the link that was looked at really ends, as far as it is known. */
  expiresAt?: number;
  /** What was done and found, in a sentence or two. */
  detail: string;
};

/** What became of the record when a package went away. */
export type RecordChange =
  /** It points to another package, or there is none. */
  | { kind: 'untouched' }
  /** It points to the newest other package with a link that works. */
  | { kind: 'moved'; key: string }
  /** No other link works: it was deleted. */
  | { kind: 'deleted' }
  /** It still points to the package: why, in a sentence. */
  | { kind: 'wrong'; why: string }
  /** It could not be read, so that where it points is not known: why, in a sentence. */
  | { kind: 'unread'; why: string };

/** What became of a package that was deleted or revoked. */
export type Removal = {
  key: string;
  /** `denied`: it lies in the bucket, and its policy refuses every link to it. */
  how: 'deleted' | 'denied';
  /** How many versions were deleted. */
  versions: number;
  /** It was revoked before, and nothing was done but to prove it; `at` where that is known. */
  already?: { at?: number };
  /** Each known link and what it answers now; without the links, which nobody needs any more. */
  answers: readonly { until: number; status: number }[];
  record: RecordChange;
  /** What else must be said. */
  remarks: readonly string[];
};

/** Whether the record is known not to point to the package any more. */
export const isRecordRight = ({ record }: Removal): boolean =>
  record.kind !== 'wrong' && record.kind !== 'unread';

/** How a file, or what a link serves, compares with the recorded packages. */
export type Comparison =
  /** sha256 as recorded. */
  | { verdict: 'same'; entry: PackageEntry }
  /** A recorded package of that name, size or link, and other bytes. */
  | { verdict: 'different'; entry: PackageEntry }
  | { verdict: 'unknown' };

/** Compares a file with the recorded packages, by its sha256; failing that by its name, then its size. */
export function compareFile(
  list: readonly PackageEntry[],
  file: { name: string; size: number; sha256: string },
): Comparison {
  const name = plainName(file.name);
  // The same files make the same bytes: several packages may be meant, most likely the one of that name.
  const equal = list.filter(({ checksum }) => checksum === file.sha256);
  const same =
    equal.find(({ filename }) => filename === name) ??
    equal.find(({ state }) => state !== 'revoked' && state !== 'gone') ??
    equal[0];
  if (same) return { verdict: 'same', entry: same };
  const recorded = list.filter(({ checksum }) => checksum !== undefined);
  const other =
    recorded.find(({ key, filename }) => landingPlatform(key) === undefined && filename === name) ??
    recorded.find(({ size }) => size === file.size);
  return other ? { verdict: 'different', entry: other } : { verdict: 'unknown' };
}

/** Without what browsers add to the name of a second download: `package (1).zip`. */
const plainName = (name: string) => name.replace(/ ?\(\d+\)(?=\.zip$)/, '');

/** What was done to a package, in sentences; `timeZone` is that of whoever reads them. */
export function removalText(removal: Removal, filename: string, timeZone: string): string[] {
  const { answers, record, remarks } = removal;
  const statuses = [...new Set(answers.map(({ status }) => status))].join(' and ');
  const links = answers.length === 1 ? 'Its link answers' : `Its ${answers.length} links answer`;
  return [
    `${doneText(removal, filename, timeZone)}.`,
    ...(answers.length === 0 ? [] : [`${links} ${statuses}: dead.`]),
    ...recordText(record),
    ...remarks,
  ];
}

function doneText({ how, versions, already }: Removal, filename: string, timeZone: string): string {
  if (already) {
    const at = already.at === undefined ? '' : `, ${formatMoment(already.at, timeZone)}`;
    return `${filename} was revoked already${at}`;
  }
  if (how === 'denied') return `Links to ${filename} are denied by the policy of the bucket`;
  if (versions === 0) return `${filename} was not in the bucket any more`;
  return `${filename} was deleted, ${versions} ${versions === 1 ? 'version' : 'versions'}`;
}

function recordText(record: RecordChange): string[] {
  switch (record.kind) {
    case 'untouched':
      return [];
    case 'moved':
      return [`The record points to ${record.key} now.`];
    case 'deleted':
      return ['The record was deleted: no other link works.'];
    case 'wrong':
      return [`The record still points to it: ${record.why}`];
    case 'unread':
      return [`Whether the record points to it is not known: ${record.why}`];
  }
}

/** Whether a downloaded package is the recorded one, in words behind its sha256. */
export const comparedText = ({ isRecorded }: { isRecorded: boolean }): string =>
  isRecorded ? 'as recorded' : 'with none recorded to compare with';
