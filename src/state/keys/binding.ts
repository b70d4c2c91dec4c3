import type { State } from '../state.ts';
import type { Place } from './places.ts';

export type KeyGroup = 'Screens' | 'Moving' | 'Builds' | 'Log' | 'Distributions' | 'Program' | 'Questions';

/** One entry of the key table. */
export type Binding = {
  id: string;
  /** Names as `ui/key-names.ts` gives them; the handler is told which one it was. */
  keys: readonly string[];
  /** Key names shown in footer and help; the first of `keys` where absent. */
  show?: readonly string[] | ((state: State) => readonly string[]);
  /** One word for the footer. */
  label: string | ((state: State) => string);
  /** One line for help and docs. */
  help: string;
  group: KeyGroup;
  where: readonly Place[];
  /** Rank in the footer, everywhere or by place; absent: only in help. */
  footer?: number | Partial<Record<Place, number>>;
  /** Whether it stands in the footer in this state; absent: always. */
  when?: (state: State) => boolean;
  /** Cannot be undone; always asks. */
  danger?: true;
  /** Why the key is off now; undefined while it works. */
  disabled?: (state: State) => string | undefined;
};
