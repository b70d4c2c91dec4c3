import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { formatBytes, formatUtc } from '../../../domain/format.ts';
import { guessedEndText, linkParts } from '../../../domain/link-parts.ts';
import { bestLink, compareFile, findPackage, type LinkCheck } from '../../../domain/links.ts';
import type { Say, VerifyTarget } from '../../../domain/ports/links.ts';
import { cleanText } from '../../clean-text.ts';
import { wholePath } from '../../save-file.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { readSigned } from './download.ts';
import { measure } from './measure.ts';
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
  if (best === undefined) return checkObject(deps, place, entry, 'No link of it is known here.', say, signal);
  return checkLink(deps, place, entry, best, say, signal);
}

async function checkFile(
  deps: DistributionsDeps,
  given: string,
  list: readonly PackageEntry[],
  say: Say,
  signal: AbortSignal,
): Promise<LinkCheck> {
  const path = wholePath(given, deps);
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) {
    throw new AppError({
      kind: 'not-found',
      message: `There is no file ${cleanText(given)}.`,
      hint: 'Give a file, or a link that begins with https://.',
    });
  }
  const found = await onFile(path, async () => {
    const stream = createReadStream(path, { signal });
    return measure(stream, info.size, say);
  });
  signal.throwIfAborted();
  const compared = compareFile(list, { name: basename(path), ...found });
  const facts = { checksum: found.sha256, size: found.size };
  switch (compared.verdict) {
    case 'same':
      return {
        ...facts,
        ...compared,
        detail: `The file is ${compared.entry.filename}, byte for byte${stateRemark(compared.entry)}.`,
      };
    case 'different':
      return { ...facts, ...compared, detail: otherFile(compared.entry, facts) };
    case 'unknown':
      return { ...facts, ...compared, detail: 'No recorded package has that sha256, name or size.' };
  }
}

function stateRemark({ state }: PackageEntry): string {
  if (state === 'revoked') return '; its links were revoked since';
  return state === 'gone' ? '; it is not in the bucket any more' : '';
}

function otherFile(entry: PackageEntry, { checksum, size }: { checksum: string; size: number }): string {
  const what =
    size === entry.size
      ? `sha256 ${checksum} instead of ${entry.checksum}`
      : `${size} bytes instead of ${entry.size}`;
  return `The file is not ${entry.filename}, whose name or size it has: ${what}. Do not install it.`;
}

async function onFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError || (error as Error).name === 'AbortError') throw error;
    throw new AppError({
      kind: 'failed',
      message: `${cleanText(path)} cannot be read: ${cleanText((error as Error).message)}.`,
      hint: 'May it be read by you?',
      cause: error,
    });
  }
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
  if (!parts) {
    throw new AppError({
      kind: 'usage',
      message: 'That is no link: it must begin with https:// or http://.',
      hint: 'Quote it, so that the shell leaves its & alone.',
    });
  }
  const unknown: LinkCheck = { verdict: 'unknown', detail: 'It leads to no package that is recorded here.' };
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
    const until = link.expiresAt > 0 ? ` It works until ${formatUtc(link.expiresAt)}${guessed}.` : '';
    const size = formatBytes(reading.size);
    if (entry.checksum === undefined) {
      const detail = `The link serves ${size}, sha256 ${reading.sha256}; what it should be is not recorded.${until}`;
      return { ...facts, verdict: 'unknown', detail };
    }
    return reading.sha256 === entry.checksum
      ? {
          ...facts,
          verdict: 'same',
          detail: `Read through the link: all ${size}, sha256 as recorded.${until}`,
        }
      : { ...facts, verdict: 'different', detail: otherBytes(reading.sha256, entry.checksum) };
  }
  const now = deps.clock.now();
  const allowed = link.allowedIps ?? entry.allowedIps;
  if (reading.status === 403 && allowed && entry.state !== 'revoked' && link.expiresAt > now) {
    const why = `The link is refused from here, as it may be: it works from ${allowed.join(', ')} only, until ${formatUtc(link.expiresAt)}.`;
    return checkObject(deps, place, { ...entry, expiresAt: link.expiresAt }, why, say, signal);
  }
  return { verdict: 'dead', entry, ...known, detail: deadText(reading, entry, link.expiresAt, now) };
}

const otherBytes = (found: string, recorded: string) =>
  `The link serves other bytes than were recorded: sha256 ${found} instead of ${recorded}. Revoke it.`;

function deadText(
  { status, code }: { status: number; code: string },
  entry: PackageEntry,
  expiresAt: number,
  now: number,
): string {
  const why =
    entry.state === 'revoked'
      ? 'it was revoked'
      : expiresAt > 0 && expiresAt <= now
        ? `it expired ${formatUtc(expiresAt)}`
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
  if (entry.state === 'gone' || entry.state === 'revoked') {
    return { verdict: 'dead', entry, detail: `${why} The package is ${entry.state}.` };
  }
  const { sha256, size } = await readSigned(deps, place, entry, say, signal);
  const facts = {
    entry,
    checksum: sha256,
    size,
    ...(entry.expiresAt === undefined ? {} : { expiresAt: entry.expiresAt }),
  };
  if (entry.checksum === undefined)
    return { ...facts, verdict: 'unknown', detail: `${why} What it should be is not recorded.` };
  return sha256 === entry.checksum
    ? {
        ...facts,
        verdict: 'same',
        detail: `${why} With a signed request: all ${formatBytes(size)}, sha256 as recorded.`,
      }
    : { ...facts, verdict: 'different', detail: `${why} ${otherBytes(sha256, entry.checksum)}` };
}
