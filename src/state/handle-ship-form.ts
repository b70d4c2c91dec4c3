import {
  choicesOf,
  complaintOf,
  type ShipChoices,
  type ShipField,
  type ShipFormValues,
  shipFields,
} from '../domain/ship-form.ts';
import { shipEffect, shipSteps } from './handle-ship.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import type { State } from './state.ts';
import { isShipping } from './why-not.ts';

/** Most characters a field takes; as many addresses as a policy has room for are fewer. */
const longestField = 4_000;

/** The form before a package is made with options. */
export const handleShipForm = {
  'ship-options': (state) => [
    isShipping(state) ? { type: 'go', route: { screen: 'ship' } } : shipForm(state),
  ],
  'next-field': (state) => moved(state, 1),
  'previous-field': (state) => moved(state, -1),
  'send-form': (state) => {
    const form = formOf(state);
    if (!form) return [];
    const choices = choicesOf(form.values);
    if (choices) return sent(state, form.values, choices);
    // On to what is wrong: the first such field.
    const field = shipFields.find((one) => complaintOf(one, form.values) !== undefined) ?? form.field;
    return [{ type: 'overlay', overlay: { ...form, field, tried: true } }];
  },
} satisfies Partial<Record<KeyId, Handler>>;

/** A folder is looked at first: the form stays until it is known to be one. */
function sent(state: State, values: ShipFormValues, choices: ShipChoices): readonly Step[] {
  const { packagePath } = choices;
  if (packagePath !== undefined) {
    const ship = { ...shipEffect(state, choices), packagePath };
    return [{ effect: 'ship-with-folder', values, ship }];
  }
  return [
    { type: 'overlay', overlay: undefined },
    { type: 'ship-form-sent', values },
    ...shipSteps(state, choices),
  ];
}

/** The form with what it was sent off with last, else with the settings. */
function shipForm(state: State): Step {
  const values = state.shipForm ?? { hours: String(state.env.expiresHours), addresses: '', folder: '' };
  return { type: 'overlay', overlay: { kind: 'ship-form', field: 'hours', values, tried: false } };
}

/** The field at hand with another text. */
export function fieldChanged(state: State, change: (text: string) => string): readonly Step[] {
  const form = formOf(state);
  if (!form) return [];
  const text = change(form.values[form.field]).slice(0, longestField);
  const values = { ...form.values, [form.field]: text };
  return [{ type: 'overlay', overlay: { ...form, values, tried: false } }];
}

const formOf = ({ overlay }: State) => (overlay?.kind === 'ship-form' ? overlay : undefined);

function moved(state: State, by: number): readonly Step[] {
  const form = formOf(state);
  if (!form) return [];
  const at = shipFields.indexOf(form.field) + by + shipFields.length;
  const field: ShipField = shipFields[at % shipFields.length] ?? 'hours';
  return [{ type: 'overlay', overlay: { ...form, field } }];
}
