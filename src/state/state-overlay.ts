import type { ShipField, ShipFormValues } from '../domain/ship-form.ts';
import type { Effect } from './effects.ts';

export type InputPurpose = 'filter' | 'save-note' | 'save-code' | 'download' | LogInput;

/** Lines that are typed about the open log. */
export type LogInput = 'find' | 'keep' | 'command' | 'save';

export type Overlay =
  | { kind: 'help'; top: number }
  | { kind: 'messages'; top: number }
  /** What the package of the run holds. */
  | { kind: 'tree'; top: number }
  | Question
  /** A line of text being typed. */
  | { kind: 'input'; purpose: InputPurpose; text: string; before: string }
  /** What a package shall be made with. `tried`: Enter was pressed, and something is wrong. */
  | {
      kind: 'ship-form';
      field: ShipField;
      values: ShipFormValues;
      tried: boolean;
      /** Why the folder that stood there was of no use. */
      refused?: { folder: string; why: string };
    }
  /** One letter is waited for: the name of a mark that is set, or gone to. */
  | { kind: 'letter'; purpose: 'mark' | 'goto' }
  /** A distribution that was cut off: finish it, remove it, or later. */
  | { kind: 'leftover' }
  /** What of the log shall be copied. */
  | { kind: 'copy' }
  /** Something to read whole, with a title: the console link, a long message. `raw`: what `u` shows unbroken. */
  | { kind: 'sheet'; title: string; lines: readonly string[]; raw?: string }
  | { kind: 'picker'; purpose: 'project' | 'profile'; selected: number };

/** Asked in the lines above the footer. `default` is what Enter does. */
export type Question = {
  kind: 'question';
  text: string;
  yes: string;
  default: 'yes' | 'no';
  danger: boolean;
  onYes: Effect;
};
