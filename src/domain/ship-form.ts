import { addressPieces, parseAddressRanges } from './address-range.ts';
import { AppError, toAppError } from './errors.ts';
import { parseExpiresHours } from './hours.ts';

/** What is asked before a package is made with options, in this order. */
export const shipFields = ['hours', 'addresses', 'folder'] as const;
export type ShipField = (typeof shipFields)[number];

/** What stands in the fields, as it was typed. */
export type ShipFormValues = Readonly<Record<ShipField, string>>;

/** What the fields mean. */
export type ShipChoices = { expiresHours: number; allowedIps?: readonly string[]; packagePath?: string };

/** What is wrong with a field, in a sentence; undefined where it can be used. */
export function complaintOf(field: ShipField, values: ShipFormValues): string | undefined {
  try {
    checks[field](values[field].trim());
    return undefined;
  } catch (error) {
    return toAppError(error).message;
  }
}

const checks: Record<ShipField, (text: string) => void> = {
  hours: parseExpiresHours,
  addresses: (text) => {
    if (text !== '') parseAddressRanges(text);
  },
  folder: (text) => {
    if (!/^~[^/]/.test(text)) return;
    throw new AppError({ kind: 'usage', message: 'Write the path out: ~/ is your own home folder only.' });
  },
};

/** The fields as choices; undefined where one of them cannot be used. */
export function choicesOf(values: ShipFormValues): ShipChoices | undefined {
  if (shipFields.some((field) => complaintOf(field, values) !== undefined)) return undefined;
  const addresses = values.addresses.trim();
  const folder = values.folder.trim();
  return {
    expiresHours: parseExpiresHours(values.hours.trim()),
    ...(addresses === '' ? {} : { allowedIps: addressPieces(addresses) }),
    ...(folder === '' ? {} : { packagePath: folder }),
  };
}
