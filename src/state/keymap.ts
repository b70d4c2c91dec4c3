import type { Binding } from './keys/binding.ts';
import { buildKeys } from './keys/builds.ts';
import { distributionKeys } from './keys/distributions.ts';
import { leftoverKeys } from './keys/leftovers.ts';
import { logKeys } from './keys/log.ts';
import { movingKeys } from './keys/moving.ts';
import { noteKeys } from './keys/note.ts';
import { programKeys } from './keys/program.ts';
import { questionKeys } from './keys/questions.ts';
import { screenKeys } from './keys/screens.ts';
import { shipKeys } from './keys/ship.ts';

/**
 * The table of keys, the only place where they are declared: footer, help and docs/keys.md are made from it, in this order.
 * Each subject has its part of it in `keys/`.
 */
export const keymap = [
  ...movingKeys,
  ...logKeys,
  ...buildKeys,
  ...distributionKeys,
  ...noteKeys,
  ...shipKeys,
  ...leftoverKeys,
  ...screenKeys,
  ...questionKeys,
  ...programKeys,
] as const satisfies readonly Binding[];

export type KeyId = (typeof keymap)[number]['id'];
/** An entry of the table, with its optional fields. */
export type KeyBinding = Binding & { id: KeyId };
