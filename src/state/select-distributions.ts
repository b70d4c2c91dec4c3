import type { PackageEntry } from '../domain/distribution.ts';
import { leftText, startText } from '../domain/durations.ts';
import { formatBytes } from '../domain/format.ts';
import { linkState } from '../domain/link-life.ts';
import { guessedEndText } from '../domain/link-parts.ts';
import { landingPageNote, madeAt, stampOf } from '../domain/links.ts';
import { isPackageKey } from '../domain/package-layout.ts';
import { listRows } from './layout.ts';
import { packageDetailRows, selectedPackageIndex } from './reduce-distributions.ts';
import { untilText } from './select-ship.ts';
import type { State } from './state.ts';
import type { Overlay } from './state-overlay.ts';

export type PackageRow = {
  key: string;
  isSelected: boolean;
  made: string;
  /** The stamp of ours and ccwb's packages, else the whole name. */
  name: string;
  size: number;
  state: PackageEntry['state'];
  stateWord: string;
  /** The systems it is for; `–` where nobody knows. */
  systems: string | undefined;
  platforms: string | undefined;
  builds: string | undefined;
  by: string | undefined;
  checksum: string | undefined;
};

/** The packages on screen. */
export function selectPackageRows(state: State): PackageRow[] {
  const { distributions, now, env } = state;
  const marked = selectedPackageIndex(distributions);
  const rows = listRows(state) - packageDetailRows;
  const { top } = distributions;
  return (distributions.list ?? []).slice(top, top + rows).map((entry, index) => {
    const live = stateNow(entry, now);
    return {
      key: entry.key,
      isSelected: top + index === marked,
      made: startText(madeAt(entry), now, env.timeZone),
      name: nameOf(entry),
      size: entry.size,
      state: live,
      stateWord: stateWord(entry, live, now),
      systems: entry.platforms && systemsText(entry.platforms),
      platforms: entry.platforms?.join(' '),
      builds: entry.builds?.map(shortBuild).join(' '),
      by: entry.by && personOf(entry.by),
      checksum: entry.checksum,
    };
  });
}

/** The list was read some time ago; a link may have ended since. */
function stateNow({ state, expiresAt }: PackageEntry, now: number): PackageEntry['state'] {
  const isLive = state === 'valid' || state === 'expiring';
  return isLive && expiresAt !== undefined ? linkState(expiresAt, now) : state;
}

function nameOf({ key, filename, landingPage }: PackageEntry): string {
  const stamp = stampOf(key);
  if (landingPage) return key.replace(/^packages\//, '');
  return isPackageKey(key) && filename.includes(stamp) ? stamp : filename;
}

const families = ['windows', 'macos', 'linux'] as const;

/** `windows macos linux`, as short as it can be. */
function systemsText(platforms: readonly string[]): string {
  return families
    .filter((family) => platforms.some((it) => it === family || it.startsWith(`${family}-`)))
    .join(' ');
}

/** The beginning of a build's uuid: its project may be long. */
const shortBuild = (id: string) => id.slice(id.indexOf(':') + 1).slice(0, 8);

/** `user/alice`, `assumed-role/Admin/alice` of an ARN. */
const personOf = (arn: string) => arn.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '');

function stateWord(entry: PackageEntry, live: PackageEntry['state'], now: number): string {
  const { expiresAt, landingPage, covered } = entry;
  if (live === 'unknown') return landingPage ? 'landing page' : 'not known';
  if (expiresAt === undefined || (live !== 'valid' && live !== 'expiring')) return live;
  const left = leftText(expiresAt - now);
  const sign = covered === undefined ? '' : '!';
  return live === 'expiring' ? `ends in ${left}${sign}` : `valid ${left}${sign}`;
}

/** The marked package, below the list. */
export function selectPackageDetail(state: State): { title: string; text: string }[] {
  const entry = state.distributions.list?.[selectedPackageIndex(state.distributions)];
  if (!entry) return [];
  const { timeZone } = state.env;
  const from = entry.allowedIps ? ` from ${entry.allowedIps.join(', ')} only` : '';
  return [
    { title: 'Package', text: entry.key },
    { title: 'Note', text: remarkOf(entry, timeZone) ?? '' },
    { title: 'sha256', text: entry.checksum ?? 'not recorded' },
    { title: 'Link', text: `${linkText(entry, state)}${from}` },
    { title: 'For', text: entry.platforms?.join(', ') ?? 'not known' },
    { title: 'Made', text: originText(entry, timeZone) },
  ].filter(({ text }) => text !== '');
}

function linkText(entry: PackageEntry, { now, env }: State): string {
  const live = stateNow(entry, now);
  const { expiresAt, landingPage, links = [] } = entry;
  const guessed = entry.isEndGuessed ? `, ${guessedEndText}` : '';
  const until = expiresAt === undefined ? undefined : `${untilText(expiresAt, env.timeZone)}${guessed}`;
  switch (live) {
    case 'unknown':
      return landingPage ? (landingPage.url ?? 'on the landing page') : 'none is known here; r makes one';
    case 'revoked':
      return 'revoked: no link to it works';
    case 'gone':
      return 'the package is gone: no link to it works';
    case 'expired':
      return `ended ${until}; r makes a new one`;
    default:
      return `works until ${until}${links.length > 1 ? `, the last of ${links.length}` : ''}`;
  }
}

/** When a package was made, by whom and of which builds. */
export function originText(entry: PackageEntry, timeZone: string): string {
  const { by, builds } = entry;
  const who = by === undefined ? '' : ` by ${personOf(by)}`;
  const of = builds?.length ? `, of ${builds.map(shortBuild).join(', ')}` : '';
  return `${untilText(madeAt(entry), timeZone)}${who}${of}`;
}

/** What must not be overlooked about a package. */
function remarkOf(entry: PackageEntry, timeZone: string): string | undefined {
  const { covered, landingPage, isRecorded, revokingSince } = entry;
  if (landingPage) return landingPageNote;
  if (revokingSince !== undefined)
    return `its revocation of ${untilText(revokingSince, timeZone)} was cut short: x goes on with it`;
  const over = isOver(entry);
  if (covered === 'deleted' && !over)
    return 'hidden by a delete marker, which does not end its links; x does';
  if (covered === 'replaced' && !over) return 'another object lies over it; its links serve the one below';
  return isRecorded ? 'the recorded one: what ccwb hands out' : undefined;
}

/** Where its links may be used from, and what is meant to be so where nothing restricts them. */
function fromText({ allowedIps, restrictedTo, state }: PackageEntry): string | undefined {
  if (allowedIps) return `${allowedIps.join(', ')} only`;
  if (!restrictedTo || (state !== 'valid' && state !== 'expiring')) return undefined;
  return `meant for ${restrictedTo.join(', ') || 'some addresses'} only; v tells whether that holds`;
}

/** All that is known of a package, to be read whole. */
export function packageSheet(entry: PackageEntry, state: State): Extract<Overlay, { kind: 'sheet' }> {
  const { timeZone } = state.env;
  const links = (entry.links ?? []).map(({ expiresAt, isEndGuessed, madeAt: at, allowedIps }) => {
    const made = at === undefined ? '' : `, made ${untilText(at, timeZone)}`;
    const from = allowedIps ? `, from ${allowedIps.join(', ')} only` : '';
    const guessed = isEndGuessed ? `, ${guessedEndText}` : '';
    if (expiresAt <= state.now) return `  ended ${untilText(expiresAt, timeZone)}${guessed}${made}${from}`;
    return isOver(entry)
      ? `  ${deadText(entry, timeZone)}${made}`
      : `  until ${untilText(expiresAt, timeZone)}${guessed}${made}${from}`;
  });
  const facts: [string, string | undefined][] = [
    ['Package', entry.key],
    ['Note', remarkOf(entry, timeZone)],
    ['Size', `${formatBytes(entry.size)}, ${entry.size.toLocaleString('en-US')} bytes`],
    ['sha256', entry.checksum ?? 'not recorded'],
    ['Version', entry.versionId],
    ['Link', linkText(entry, state)],
    ['From', fromText(entry)],
    ['For', entry.platforms?.join(', ') ?? 'not known'],
    ['Builds', entry.builds?.map((id) => id.slice(0, id.indexOf(':') + 9)).join(', ')],
    ['Made', untilText(madeAt(entry), timeZone)],
    ['By', entry.by],
    ['Profile', entry.profile],
    ['Released', entry.landingPage?.released],
    ['Revoked', entry.revokedAt === undefined ? undefined : untilText(entry.revokedAt, timeZone)],
  ];
  const lines = facts.flatMap(([title, text]) => (text === undefined ? [] : [`${title.padEnd(9)}${text}`]));
  return {
    kind: 'sheet',
    title: entry.filename,
    lines: [...lines, ...(links.length > 0 ? ['', 'Links known here, the newest first', ...links] : [])],
    ...(entry.url === undefined || isOver(entry) ? {} : { raw: entry.url }),
  };
}

const isOver = ({ state }: PackageEntry) => state === 'revoked' || state === 'gone';

/** A link that would still work by its signature, to what is not served any more. */
function deadText({ revokedAt }: PackageEntry, timeZone: string): string {
  return revokedAt === undefined ? 'dead' : `dead since ${untilText(revokedAt, timeZone)}`;
}
