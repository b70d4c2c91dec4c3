import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { formatBytes } from '../../../domain/format.ts';
import { guessedEndText, linkParts } from '../../../domain/link-parts.ts';
import { bestLink, findPackage, type LinkCheck } from '../../../domain/links.ts';
import type { Say, VerifyTarget } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { checkFile } from './check-file.ts';
import { readSigned } from './download.ts';
import { momentText } from './moment-text.ts';
import { probeLink } from './probe.ts';
import { readThrough } from './read-through.ts';

/** Looks whether a package's link, a link found somewhere or a file is what was recorded. See `LinksService.verify`. */
export async function check(
  deps: DistributionsDeps,
  place: PackageBucket,
  target: VerifyTarget,
  list: readonly PackageEntry[],
  say: Say,
  signal: AbortSignal,
): Promise<LinkCheck> {
  if ('file' in target) return checkFile(deps, target.file, list, say, signal);
  if ('url' in target) return checkUrl(deps, place, target.url, list, say, signal);
  const entry = findPackage(list, target.key);
  const best = bestLink(entry.links ?? []);
  if (best !== undefined) return checkLink(deps, place, entry, best, say, signal);
  const none = entry.landingPage ? pageText(entry) : 'No link of it is known here.';
  if (isOver(entry)) return { verdict: 'dead', entry, detail: `${overText(deps, entry)}. ${none}` };
  return checkObject(deps, place, entry, none, say, signal);
}

/** What a package of a landing page is: it has no link to look at. */
const pageText = ({ url, landingPage }: PackageEntry) =>
  `It is published for ${landingPage?.platform} on the landing page${url === undefined ? '' : ` ${url}`}, which is ccwb’s own way: there is no link of ours to check.`;

/** Whether what the links served is known to be served no more. */
const isOver = ({ state }: PackageEntry) => state === 'gone' || state === 'revoked';

function overText(deps: DistributionsDeps, entry: PackageEntry): string {
  const { filename, state, revokedAt, revokingSince } = entry;
  if (state === 'gone') return `${filename} is gone from the bucket`;
  const at = revokedAt ?? revokingSince;
  return `${filename} was revoked${at === undefined ? '' : `, ${momentText(deps, at)}`}`;
}

async function checkUrl(
  deps: DistributionsDeps,
  place: PackageBucket,
  url: string,
  list: readonly PackageEntry[],
  say: Say,
  signal: AbortSignal,
): Promise<LinkCheck> {
  const parts = linkParts(url);
  if (!parts || /\s/.test(url)) {
    throw new AppError({
      kind: 'usage',
      message: 'That is no link: it must begin with https:// or http://, and hold no blanks.',
      hint: 'Give it whole, on one line and in quotes.',
    });
  }
  const unknown: LinkCheck = {
    verdict: 'unknown',
    detail: `It leads to no package recorded for the bucket ${place.bucket}. To another profile’s? Name that with --profile.`,
  };
  for (const entry of list) {
    const known = entry.links?.find((link) => link.url === url);
    if (known) return checkLink(deps, place, entry, known, say, signal);
  }
  // Somebody else's link to one of our packages: only what lies in our bucket is asked.
  const ours = await placesOf(deps, place, list, signal);
  const entry = ours.get(parts.place);
  if (!entry) return unknown;
  if (parts.versionId !== undefined && entry.versionId !== undefined && parts.versionId !== entry.versionId) {
    return {
      ...unknown,
      detail: `It leads to another version of ${entry.filename}, which is not recorded here.`,
    };
  }
  return checkLink(deps, place, entry, { url, expiresAt: parts.signedUntil ?? 0 }, say, signal);
}

/** Where links to the packages lead, whoever signs them. */
async function placesOf(
  deps: DistributionsDeps,
  place: PackageBucket,
  list: readonly PackageEntry[],
  signal: AbortSignal,
): Promise<Map<string, PackageEntry>> {
  const [first] = list;
  if (!first) return new Map();
  // All of a bucket begin alike: one is signed to learn how.
  const begin = linkParts(await probeLink(deps, place, { key: 'x' }, 0, signal))?.place.slice(0, -1) ?? '';
  return new Map(list.map((entry) => [begin + encodedKey(entry.key), entry]));
}

const encodedKey = (key: string) =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');

async function checkLink(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  link: { url: string; expiresAt: number; isEndGuessed?: true; allowedIps?: readonly string[] },
  say: Say,
  signal: AbortSignal,
): Promise<LinkCheck> {
  const guessed = link.isEndGuessed ? ` (${guessedEndText})` : '';
  const known = link.expiresAt > 0 ? { expiresAt: link.expiresAt } : {};
  const reading = await readThrough(deps, link.url, { total: entry.size }, say, signal);
  if ('sha256' in reading) {
    const facts = { entry, checksum: reading.sha256, size: reading.size, ...known };
    const yet = isOver(entry) ? ` Yet ${overText(deps, entry)}: revoke it again.` : '';
    const until = link.expiresAt > 0 ? ` It works until ${momentText(deps, link.expiresAt)}${guessed}.` : '';
    const size = formatBytes(reading.size);
    if (entry.checksum === undefined) {
      const detail = `The link serves ${size}, sha256 ${reading.sha256}; what it should be is not recorded.${until}${yet}`;
      return { ...facts, verdict: 'unknown', detail };
    }
    return reading.sha256 === entry.checksum
      ? {
          ...facts,
          verdict: 'same',
          detail: `Read through the link: all ${size}, sha256 as recorded.${until}${yet}`,
        }
      : { ...facts, verdict: 'different', detail: otherBytes(reading.sha256, entry.checksum) };
  }
  const now = deps.clock.now();
  const allowed = link.allowedIps ?? entry.allowedIps;
  if (reading.status === 403 && allowed && !isOver(entry) && link.expiresAt > now) {
    const why = `The link is refused from here, as it may be: it works from ${allowed.join(', ')} only, until ${momentText(deps, link.expiresAt)}.`;
    return checkObject(deps, place, { ...entry, expiresAt: link.expiresAt }, why, say, signal);
  }
  if (isOver(entry)) {
    // Whatever code S3 refuses it with: why it does is known.
    const detail = `${overText(deps, entry)}: no link to it works. The link answers HTTP ${reading.status}.`;
    return { verdict: 'dead', entry, detail };
  }
  return { verdict: 'dead', entry, ...known, detail: deadText(deps, reading, link.expiresAt) };
}

const otherBytes = (found: string, recorded: string) =>
  `The link serves other bytes than were recorded: sha256 ${found} instead of ${recorded}. Revoke it.`;

function deadText(
  deps: DistributionsDeps,
  { status, code }: { status: number; code: string },
  expiresAt: number,
): string {
  const why =
    expiresAt > 0 && expiresAt <= deps.clock.now()
      ? `it expired ${momentText(deps, expiresAt)}`
      : status === 404
        ? 'the package is gone'
        : 'before its time';
  return `The link does not work: HTTP ${status}${code === '' ? '' : `, ${code}`}; ${why}.`;
}

/** Where no link can be read from here, the same version is read with a signed request. */
async function checkObject(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  why: string,
  say: Say,
  signal: AbortSignal,
): Promise<LinkCheck> {
  const { sha256, size } = await readSigned(deps, place, entry, say, signal);
  const facts = {
    entry,
    checksum: sha256,
    size,
    ...(entry.expiresAt === undefined ? {} : { expiresAt: entry.expiresAt }),
  };
  if (entry.checksum === undefined) {
    const detail = `${why} With a signed request: ${formatBytes(size)}, sha256 ${sha256}; what it should be is not recorded.`;
    return { ...facts, verdict: 'unknown', detail };
  }
  return sha256 === entry.checksum
    ? {
        ...facts,
        verdict: 'same',
        detail: `${why} With a signed request: all ${formatBytes(size)}, sha256 as recorded.`,
      }
    : { ...facts, verdict: 'different', detail: `${why} ${otherBytes(sha256, entry.checksum)}` };
}
