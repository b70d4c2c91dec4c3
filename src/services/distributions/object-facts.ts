import { parseIso } from '../../domain/distribution-record.ts';
import type { ObjectFacts } from '../../domain/package-list.ts';
import { sanitiseText } from '../../domain/sanitise.ts';
import type { DistributionsDeps } from './deps.ts';

/** S3 takes 2 KB of metadata in all; names of builds are what may be many. */
const mostBuildsText = 900;
const mostText = 300;
const mostAddressesText = 200;
/** Stands for addresses that are too many. */
const someAddresses = '*';

/** What other administrators' lists show of a package, for its metadata. */
export function metadataOf(
  origin: {
    platforms: readonly string[];
    builds: readonly string[];
    allowedIps: readonly string[] | undefined;
  },
  deps: Pick<DistributionsDeps, 'identity'>,
): Record<string, string> {
  const builds = origin.builds.map(headerText).reduce((all, id) => {
    const next = all === '' ? id : `${all} ${id}`;
    return next.length <= mostBuildsText ? next : all;
  }, '');
  return {
    ...(origin.platforms.length > 0 ? { platforms: headerText(origin.platforms.join(' ')) } : {}),
    ...(builds === '' ? {} : { builds }),
    ...(origin.allowedIps ? { 'restricted-to': addressesText(origin.allowedIps) } : {}),
    ...(deps.identity ? { by: headerText(deps.identity.arn) } : {}),
  };
}

function addressesText(addresses: readonly string[]): string {
  const text = headerText(addresses.join(' '));
  return text.length <= mostAddressesText ? text : someAddresses;
}

/** Object metadata travel in HTTP headers: ASCII, and not endless. */
export const headerText = (text: string): string => text.replace(/[^ -~]/g, '_').slice(0, mostText);

/** Reads what {@link metadataOf} and ccwb write; a stranger's text is cleaned. */
export function factsOf(metadata: Readonly<Record<string, string>> = {}): ObjectFacts {
  const text = (name: string) => {
    const value = sanitiseText(metadata[name] ?? '', mostBuildsText).trim();
    return value === '' ? undefined : value;
  };
  const checksum = metadata.checksum?.toLowerCase();
  const words = (name: string) => text(name)?.split(/ +/);
  const platforms = words('platforms');
  const builds = words('builds');
  const addresses = words('restricted-to');
  const released = text('release_datetime') ?? text('release_date') ?? text('timestamp');
  const profile = text('profile');
  const by = text('by');
  const created = parseIso(text('created') ?? '');
  return {
    ...(checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum) ? { checksum } : {}),
    ...(profile === undefined ? {} : { profile }),
    ...(platforms === undefined ? {} : { platforms }),
    ...(builds === undefined ? {} : { builds }),
    ...(addresses === undefined ? {} : { restrictedTo: addresses[0] === someAddresses ? [] : addresses }),
    ...(by === undefined ? {} : { by }),
    // ccwb's times have no zone: which moment they mean only its own machine knows.
    ...(created?.hasZone ? { createdAt: created.at } : {}),
    ...(released === undefined ? {} : { released }),
  };
}
