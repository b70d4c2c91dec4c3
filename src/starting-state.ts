import type { LastList } from './domain/last-list.ts';
import { codeLook } from './domain/qr-picture.ts';
import type { Settings } from './domain/settings.ts';
import type { Capabilities } from './domain/terminal.ts';
import { initialState } from './state/initial.ts';
import type { State } from './state/state.ts';
import type { Target } from './state/state-session.ts';

/** What the command line says to the full-screen program. */
export type ProgramOptions = {
  /** Absent: as settled in the settings, else the first screen asks. */
  place?: 'aws' | 'sandbox';
  profile?: string;
  region?: string;
  endpointUrl?: string;
  project?: string;
  /** Folder the sandbox builds; null for its sample project, absent to leave it as it is. */
  source?: string | null;
  readOnly: boolean;
  /** Build to open: an id, the beginning of one, `latest`. */
  buildRef?: string;
};

/** The state the full-screen program begins with: the first picture and the program itself draw the same. */
export function startingState({
  options,
  settings,
  now,
  size,
  capabilities,
  timeZone,
  lastListOf,
}: {
  options: ProgramOptions;
  settings: Settings;
  now: number;
  size: State['size'];
  capabilities: Pick<Capabilities, 'ssh' | 'colorDepth' | 'unicode'>;
  /** IANA name of the zone clock times are shown in. */
  timeZone: string;
  /** The list of builds kept of that account. */
  lastListOf: (target: Target) => LastList | undefined;
}): State {
  const target = targetOf(options, settings);
  const last = target && lastListOf(target);
  const look = codeLook(capabilities);
  return initialState({
    now,
    size,
    env: {
      readOnly: options.readOnly,
      ssh: capabilities.ssh,
      timeZone: settings.timeZone === 'utc' ? 'UTC' : timeZone,
      isTargetGiven: givenPlace(options) !== undefined,
      prices: settings.prices,
      expiresHours: settings.expiresHours,
      ...(look ? { codeLook: look } : {}),
    },
    ...(target ? { target } : {}),
    ...(last ? { last } : {}),
    ...(options.buildRef === undefined ? {} : { opening: options.buildRef }),
  });
}

/** Where the command line says to go; a profile, region or endpoint speaks of AWS. */
function givenPlace({ place, profile, region, endpointUrl }: ProgramOptions) {
  if (place !== undefined) return place;
  return (profile ?? region ?? endpointUrl) === undefined ? undefined : 'aws';
}

function targetOf(
  options: ProgramOptions,
  settings: Pick<Settings, 'place' | 'profile'>,
): Target | undefined {
  const given = givenPlace(options);
  const place = given ?? settings.place;
  if (place === undefined) return undefined;
  if (place === 'sandbox') return { place };
  // A profile settled on earlier only counts where the command line does not say where to go.
  const profileName = options.profile ?? (given === undefined ? settings.profile : undefined);
  return { place, ...(profileName === undefined ? {} : { profileName }) };
}
