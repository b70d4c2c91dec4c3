import type { PackageEntry } from '../domain/distribution.ts';
import { durationText, startText } from '../domain/durations.ts';
import { linkState } from '../domain/link-life.ts';
import { listRows } from './layout.ts';
import { packageDetailRows, selectedPackageIndex } from './reduce-distributions.ts';
import { untilText } from './select-ship.ts';
import type { State } from './state.ts';

export type PackageRow = {
  key: string;
  isSelected: boolean;
  made: string;
  filename: string;
  size: number;
  state: PackageEntry['state'];
  stateWord: string;
  checksum: string | undefined;
  profile: string | undefined;
};

/** The packages on screen. */
export function selectPackageRows(state: State): PackageRow[] {
  const { distributions, now, env } = state;
  const marked = selectedPackageIndex(distributions);
  const rows = listRows(state) - packageDetailRows;
  const { top } = distributions;
  return (distributions.list ?? []).slice(top, top + rows).map((entry, index) => {
    // The list was read some time ago; a link may have ended since.
    const live = entry.expiresAt === undefined ? entry.state : linkState(entry.expiresAt, now);
    return {
      key: entry.key,
      isSelected: top + index === marked,
      made: startText(entry.modifiedAt, now, env.timeZone),
      filename: entry.filename,
      size: entry.size,
      state: live,
      stateWord: stateWord(live, entry.expiresAt, now),
      checksum: entry.checksum,
      profile: entry.profile,
    };
  });
}

function stateWord(state: PackageEntry['state'], expiresAt: number | undefined, now: number): string {
  if (state === 'unknown' || expiresAt === undefined) return 'not known';
  if (state === 'expired') return 'expired';
  const left = durationText(expiresAt - now).replace(/\d\ds$/, '');
  return state === 'expiring' ? `ends in ${left}` : `valid ${left}`;
}

/** The marked package whole, below the list. */
export function selectPackageDetail(state: State): { title: string; text: string }[] {
  const entry = state.distributions.list?.[selectedPackageIndex(state.distributions)];
  if (!entry) return [];
  const until = entry.expiresAt === undefined ? undefined : untilText(entry.expiresAt, state.env.timeZone);
  return [
    { title: 'Package', text: entry.key },
    { title: 'sha256', text: entry.checksum ?? 'not recorded' },
    { title: 'Link', text: until === undefined ? 'not recorded; d makes a new one' : `works until ${until}` },
  ];
}
