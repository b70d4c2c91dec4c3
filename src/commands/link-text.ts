import type { PackageEntry } from '../domain/distribution.ts';
import { durationText, startText } from '../domain/durations.ts';
import { formatBytes, formatUtc } from '../domain/format.ts';
import { guessedEndText } from '../domain/link-parts.ts';
import { landingPageNote } from '../domain/links.ts';
import type { CommandContext } from './context.ts';

/** A package as one row of the printed table; the least needed columns stand last. */
export function packageCells(entry: PackageEntry, context: CommandContext): Record<string, string> {
  const now = context.clock.now();
  const { timeZone } = context.io;
  const made = entry.createdAt ?? entry.modifiedAt;
  const isOver = entry.state === 'revoked' || entry.state === 'gone';
  const until = entry.expiresAt === undefined || isOver ? '-' : formatUtc(entry.expiresAt);
  return {
    Package: entry.landingPage ? entry.key : entry.filename,
    Link: stateText(entry, now),
    Until: until,
    Made: startText(made, now, timeZone),
    Size: formatBytes(entry.size),
    Platforms: entry.platforms?.join(' ') ?? '-',
    'Allowed from': entry.allowedIps?.join(' ') ?? '-',
    By: entry.by?.replace(/^arn:[^:]*:[^:]*::?\d*:/, '') ?? '-',
    sha256: entry.checksum ?? '-',
    Builds: entry.builds?.join(' ') ?? '-',
    Key: entry.key,
  };
}

/** The state of a package's links in a word or two. */
function stateText({ state, expiresAt, landingPage, covered }: PackageEntry, now: number): string {
  const still = covered === undefined ? '' : ', covered';
  if (state === 'unknown') return landingPage ? 'landing page' : 'not known';
  if ((state === 'valid' || state === 'expiring') && expiresAt !== undefined) {
    return `${state} ${durationText(expiresAt - now).replace(/\d\ds$/, '')}${still}`;
  }
  return state;
}

/** What must be said of a list besides its rows. */
export function listRemarks(list: readonly PackageEntry[]): string[] {
  const covered = list.filter((entry) => entry.covered !== undefined && isAlive(entry));
  const guessed = list.filter((entry) => entry.isEndGuessed && isAlive(entry));
  const page = list.find(({ landingPage }) => landingPage)?.landingPage;
  return [
    ...covered.map(
      ({ filename, covered: how }) =>
        `${filename} ${how === 'deleted' ? 'is hidden by a delete marker' : 'is covered by another object'}, and its links work all the same; only links revoke ends them.`,
    ),
    ...guessed.map(
      ({ filename }) => `The end of ${filename}’s link was recorded without a zone: ${guessedEndText}.`,
    ),
    ...(page ? [`${landingPageNote}${page.url === undefined ? '' : ` ${page.url}`}`] : []),
  ];
}

const isAlive = ({ state }: PackageEntry) => state === 'valid' || state === 'expiring' || state === 'unknown';
