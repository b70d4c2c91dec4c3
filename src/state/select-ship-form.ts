import { parseAddressRanges } from '../domain/address-range.ts';
import { shortOf } from '../domain/build-id.ts';
import { complaintOf, type ShipField, type ShipFormValues, shipFields } from '../domain/ship-form.ts';
import { wrap } from '../domain/wrap.ts';
import { shippedBuild } from './handle-ship.ts';
import { untilText } from './select-ship.ts';
import type { State } from './state.ts';
import type { Overlay } from './state-overlay.ts';

/** A field of the form as it stands there. */
export type FieldRow = {
  field: ShipField;
  label: string;
  text: string;
  isFocused: boolean;
  /** What the text means, or what is wrong with it. */
  notes: readonly string[];
  /** Something is wrong and no longer being typed. */
  isWrong: boolean;
};

export type ShipFormFacts = { title: string; fields: readonly FieldRow[]; explanation: readonly string[] };

/** Columns before the text of a field. */
export const fieldIndent = 20;

const labels: Record<ShipField, string> = {
  hours: 'Link lives for',
  addresses: 'Allowed from',
  folder: 'Package folder',
};

export function selectShipForm(state: State): ShipFormFacts | undefined {
  const { overlay, size } = state;
  if (overlay?.kind !== 'ship-form') return undefined;
  const { values, tried } = overlay;
  const width = size.columns - fieldIndent - 1;
  const fields = shipFields.map((field): FieldRow => {
    const complaint = complaintOf(field, values) ?? refusalOf(field, overlay);
    const isFocused = overlay.field === field;
    return {
      field,
      label: labels[field],
      text: values[field],
      isFocused,
      notes: cut(wrap(complaint ?? meanings[field](values, state), width - 2)),
      isWrong: complaint !== undefined && (!isFocused || tried),
    };
  });
  return { title: titleOf(state), fields, explanation: wrap(explanations[overlay.field], size.columns - 5) };
}

/** What only a look at the disk could tell; said of that very text. */
const refusalOf = (field: ShipField, { values, refused }: Extract<Overlay, { kind: 'ship-form' }>) =>
  field === 'folder' && refused?.folder === values.folder ? refused.why : undefined;

function titleOf(state: State): string {
  const build = shippedBuild(state);
  const of = build === undefined ? 'the newest good builds' : `build ${shortOf(build)}`;
  return `Make a package of ${of}`;
}

/** Lines that a field's meaning may take. */
const mostNotes = 2;

function cut(lines: readonly string[]): string[] {
  const shown = lines.slice(0, mostNotes);
  return lines.length > mostNotes ? [...shown.slice(0, -1), `${shown.at(-1)} …`] : shown;
}

const hourMs = 3_600_000;

const meanings: Record<ShipField, (values: ShipFormValues, state: State) => string> = {
  hours: ({ hours }, { now, env }) =>
    `hours, until about ${untilText(now + Number(hours.trim()) * hourMs, env.timeZone)}`,
  addresses: ({ addresses }) => {
    if (addresses.trim() === '') return 'anywhere';
    const { ranges, dropped } = parseAddressRanges(addresses);
    return [`${ranges.map(({ text }) => text).join(', ')} and nowhere else.`, ...dropped].join(' ');
  },
  folder: ({ folder }) =>
    folder.trim() === ''
      ? 'none: what the builds and the profile give'
      : 'its files come into the package, too',
};

const explanations: Record<ShipField, string> = {
  hours: 'Whole hours, 1 to 168 (a week). Where the credentials that sign end sooner, that is said first.',
  addresses:
    'IP addresses and CIDRs, separated by commas. S3 sees the public address of a network, never 10.x or 192.168.x. The policy of the bucket changes for it: the difference is shown, and nothing is made where it may not change.',
  folder:
    'A folder of ccwb package (dist, or dist/<profile>/<time>), from where the program was started; ~ is your home folder.',
};
