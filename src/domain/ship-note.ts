import type { ExpiryCause } from './distribution.ts';
import { formatUtc } from './format.ts';
import { cmdInstall, powershellInstall, unixInstall } from './install-commands.ts';
import { expiryReason } from './link-life.ts';
import { guessedEndText } from './link-parts.ts';
import { packageRole } from './package-names.ts';

export type ShipNoteOptions = {
  place: 'aws' | 'sandbox';
  /** IANA name of the zone that "local" means. */
  timeZone: string;
};

/** What a note tells. Of a package made elsewhere, or in another session, not all of it is known. */
export type NoteFacts = {
  url: string;
  expiresAt: number;
  /** The end was written without a zone. */
  isEndGuessed?: true;
  expiryCause?: ExpiryCause;
  checksum: string;
  filename: string;
  /** Bytes. */
  size: number;
  verified?: string;
  builds?: readonly string[];
  /** What the package holds; where that is not known, the platforms it is for. */
  files?: readonly { path: string }[];
  platforms?: readonly string[];
  allowedIps?: readonly string[];
};

/** The systems with commands of their own. */
export type Systems = { unix: boolean; windows: boolean };

/** A set of commands, its lines as they are pasted. */
export type InstallCommands = { title: string; commands: string };

/**
 * What an administrator pastes into a chat: the link whole on a line of its own, when it really stops working, how
 * to tell that the file is the right one, and commands that download, verify and install. Ends with a line end.
 */
export function shipNote(facts: NoteFacts, options: ShipNoteOptions): string {
  const { url, checksum, filename, size, builds = [], allowedIps = [] } = facts;
  const systems = systemsOf(facts);
  const missing = missingSystems(facts);
  const guessed = facts.isEndGuessed ? `, ${guessedEndText}` : '';
  const why = facts.expiryCause === undefined ? '' : `, ${expiryReason(facts.expiryCause)}`;
  const lines = [
    'Sign-in for Claude Code with Amazon Bedrock',
    '',
    url,
    '',
    ...(options.place === 'sandbox' ? ['The link is the sandbox’s: it works on this machine only.'] : []),
    `Works until ${localTime(facts.expiresAt, options.timeZone)}`,
    `       that is ${formatUtc(facts.expiresAt)}${guessed}${why}`,
    ...(allowedIps.length > 0 ? [`Works only from ${allowedIps.join(', ')}`] : []),
    `File   ${filename}, ${size.toLocaleString('en-US')} bytes`,
    `sha256 ${checksum}`,
    ...(builds.length > 0 ? [`Built  ${builds.join(', ')}`] : []),
    ...(facts.verified === undefined ? [] : [`Tested ${facts.verified}`]),
    ...(missing.length > 0 ? [`Holds nothing for ${missing.join(', ')}.`] : []),
    '',
    ...installCommands(systems, url, checksum).flatMap(({ title, commands }) => [
      `${title}:`,
      '',
      commands,
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** The commands of the systems, for whoever gets the link. */
export function installCommands(systems: Systems, url: string, checksum: string): InstallCommands[] {
  const unix = { title: 'macOS and Linux, in a terminal', commands: unixInstall(url, checksum) };
  const windows = [
    { title: 'Windows, in PowerShell', commands: powershellInstall(url, checksum) },
    {
      title: 'Windows, at a command prompt (not in a batch file: there every % must be doubled)',
      commands: cmdInstall(url, checksum),
    },
  ];
  return [...(systems.unix ? [unix] : []), ...(systems.windows ? windows : [])];
}

/** Which systems a package has sign-in programs for; where nobody knows, it may be any. */
export function systemsOf(facts: Pick<NoteFacts, 'files' | 'platforms'>): Systems {
  const known = platformsOf(facts);
  if (!known) return { unix: true, windows: true };
  return { unix: known.some((platform) => platform !== 'windows'), windows: known.includes('windows') };
}

/** Names of the systems that a package has no sign-in program for: macOS and Linux share commands, not programs. */
function missingSystems(facts: NoteFacts): string[] {
  const known = platformsOf(facts);
  if (!known) return [];
  const names = { macos: 'macOS', linux: 'Linux', windows: 'Windows' };
  return Object.entries(names).flatMap(([system, name]) =>
    known.some((platform) => platform.startsWith(system)) ? [] : [name],
  );
}

function platformsOf({ files, platforms }: Pick<NoteFacts, 'files' | 'platforms'>) {
  return files ? files.flatMap(({ path }) => platformOf(path)) : platforms;
}

function platformOf(path: string): string[] {
  const role = packageRole(path);
  return role?.kind === 'credential-process' ? [role.platform] : [];
}

/** `2026-11-22 11:30 (Europe/Berlin)`. */
function localTime(at: number, timeZone: string): string {
  // The Swedish locale writes ISO dates.
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
    at,
  );
  return `${text} (${timeZone})`;
}
