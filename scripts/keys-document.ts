import { helpGroups } from '../src/state/bindings.ts';
import type { KeyBinding } from '../src/state/keymap.ts';
import type { Place } from '../src/state/keys/places.ts';
import { keycaps } from '../src/ui/key-names.ts';
import { themeFor } from '../src/ui/theme.ts';

const places: readonly (readonly [Place, string])[] = [
  ['first-run', 'Welcome'],
  ['builds', 'Builds'],
  ['build', 'Build'],
  ['distributions', 'Distributions'],
  ['ship', 'Ship'],
  ['question', 'A question'],
  ['ship-question', 'A question of a package being made'],
  ['input', 'A line being typed'],
  ['picker', 'A choice'],
  ['help', 'Help'],
  ['messages', 'Messages'],
  ['sheet', 'Something to read'],
  ['tree', 'The files of a package'],
];

/** The key table as a document: a table for each screen, in the order of the help. */
export function keysDocument(): string {
  const sections = places.map(([place, title]) => {
    const rows = helpGroups(place).flatMap(({ bindings }) => bindings.map(rowOf));
    return [`## ${title}`, '', '| key | does |', '|---|---|', ...rows, ''].join('\n');
  });
  return [
    '# Keys',
    '',
    'Made from `src/state/keymap.ts` by `node scripts/keys-doc.ts`; the same table feeds the footer and `?`.',
    'A key that is off says why.',
    '',
    ...sections,
  ].join('\n');
}

function rowOf({ keys, help, danger }: KeyBinding): string {
  const theme = themeFor({ colorDepth: 0, unicode: true });
  const caps = keys.map((key) => `\`${keycaps([key], theme)}\``).join(' ');
  return `| ${caps} | ${help}${danger ? ' (cannot be undone)' : ''} |`;
}
