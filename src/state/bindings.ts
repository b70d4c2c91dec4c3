import { isCodeOverAll } from './code-place.ts';
import { type KeyBinding, keymap } from './keymap.ts';
import type { KeyGroup } from './keys/binding.ts';
import type { Place } from './keys/places.ts';
import { askedHere } from './layout.ts';
import type { State } from './state.ts';

const bindings: readonly KeyBinding[] = keymap;

/** Where a key pressed now lands. */
export function placeOf(state: State): Place {
  if (state.overlay) return state.overlay.kind;
  if (isCodeOverAll(state)) return 'code';
  return askedHere(state) ? 'ship-question' : state.route.screen;
}

/** The entry a key means in this state. The first that is not merely passed over wins. */
export function bindingFor(state: State, key: string): KeyBinding | undefined {
  const place = placeOf(state);
  return bindings.find(
    (binding) => binding.where.includes(place) && binding.keys.includes(key) && !isHidden(binding, state),
  );
}

/** `esc` on the ship screen cancels while it runs and goes back afterwards: the entry that does not stand is no entry. */
const isHidden = (binding: KeyBinding, state: State) =>
  binding.id === 'cancel-ship' && !(binding.when?.(state) ?? true);

/** All entries that mean something there. */
export const bindingsIn = (place: Place): KeyBinding[] => bindings.filter((it) => it.where.includes(place));

/** Most keys a footer holds besides the last one, `?`. */
const footerKeys = 8;

function rankIn(place: Place, { footer }: KeyBinding): number | undefined {
  return typeof footer === 'object' ? footer[place] : footer;
}

/** The keys of the moment, in the footer's order, `?` last. */
export function footerBindings(state: State): KeyBinding[] {
  const place = placeOf(state);
  const all = bindings
    .filter((it) => it.where.includes(place) && (it.when === undefined || it.when(state)))
    .flatMap((binding) => {
      const rank = rankIn(place, binding);
      return rank === undefined ? [] : [{ binding, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ binding }) => binding);
  const last = all.filter((it) => it.id === 'help');
  return [...all.filter((it) => it.id !== 'help').slice(0, footerKeys), ...last];
}

/** All keys of a screen, grouped, for help. */
export function helpGroups(place: Place): { group: KeyGroup; bindings: KeyBinding[] }[] {
  const order: KeyGroup[] = ['Screens', 'Moving', 'Builds', 'Log', 'Distributions', 'Program', 'Questions'];
  return order
    .map((group) => ({
      group,
      bindings: bindings.filter((it) => it.group === group && it.where.includes(place)),
    }))
    .filter((it) => it.bindings.length > 0);
}

/** Key names an entry is shown with. */
export function shownKeys(binding: KeyBinding, state: State): readonly string[] {
  const { show, keys } = binding;
  if (show === undefined) return keys.slice(0, 1);
  return typeof show === 'function' ? show(state) : show;
}

export const labelOf = ({ label }: KeyBinding, state: State) =>
  typeof label === 'function' ? label(state) : label;
