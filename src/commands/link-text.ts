import type { PackageEntry } from '../domain/distribution.ts';
import { leftText, startText } from '../domain/durations.ts';
import { formatBytes, formatMoment, formatUtc } from '../domain/format.ts';
import { guessedEndText } from '../domain/link-parts.ts';
import { landingPageNote, madeAt, stampOf } from '../domain/links.ts';
import { isPackageKey } from '../domain/package-layout.ts';
import type { CommandContext } from './context.ts';

/** A package as one row of the printed table; the least needed columns stand last. */
export function packageCells(entry: PackageEntry, context: CommandContext): Record<string, string> {
  const now = context.clock.now();
  const { timeZone } = context.io;
  const made = madeAt(entry);
  const isOver = entry.state === 'revoked' || entry.state === 'gone';
  const until = entry.expiresAt === undefined || isOver ? '-' : formatUtc(entry.expiresAt);
  return {
    // Short enough for 80 columns, and all that the other commands need; the key stands last.
    Package: isPackageKey(entry.key) ? stampOf(entry.key) : entry.key,
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
    return `${state} ${leftText(expiresAt - now)}${still}`;
  }
  return state;
}

/** What must be said of a list besides its rows. */
export function listRemarks(list: readonly PackageEntry[], timeZone: string): string[] {
  const covered = list.filter((entry) => entry.covered !== undefined && isAlive(entry));
  const guessed = list.filter((entry) => entry.isEndGuessed && isAlive(entry));
  const page = list.find(({ landingPage }) => landingPage)?.landingPage;
  return [
    ...list.flatMap(({ filename, revokingSince: at }) =>
      at === undefined
        ? []
        : [
            `The revocation of ${filename}, ${formatMoment(at, timeZone)}, was cut short: links revoke goes on with it.`,
          ],
    ),
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
