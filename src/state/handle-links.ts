import type { PackageEntry } from '../domain/distribution.ts';
import { deleteQuestion } from '../domain/links.ts';
import type { Effect } from './effects.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { packageSheet } from './select-distributions.ts';
import { untilText } from './select-ship.ts';
import type { State } from './state.ts';
import type { Question } from './state-overlay.ts';
import { isShipping, selectedPackage } from './why-not.ts';

/** What is done to the marked package and its links. */
export const handleLinks = {
  'open-package': (state) =>
    withPackage(state, (entry) => [{ type: 'overlay', overlay: packageSheet(entry, state) }]),
  'renew-link': (state) => {
    if (isShipping(state)) return [shown];
    const { expiresHours } = state.env;
    return withPackage(state, ({ key }) => [{ effect: 'renew', key, expiresHours }, shown]);
  },
  'verify-link': (state) => withPackage(state, ({ key }) => [{ effect: 'verify-link', key }]),
  'download-package': (state) =>
    withPackage(state, ({ filename }) => [
      {
        type: 'overlay',
        overlay: { kind: 'input', purpose: 'download', text: `./${filename}`, before: '' },
      },
    ]),
  'revoke-link': (state) =>
    withPackage(state, (entry) => {
      const onYes: Effect = { effect: 'remove-package', key: entry.key, how: 'revoke' };
      if (entry.state === 'revoked' && entry.revokingSince === undefined) {
        const { revokedAt } = entry;
        const at = revokedAt === undefined ? '' : `, ${untilText(revokedAt, state.env.timeZone)}`;
        const text = `${entry.filename} was revoked already${at}. Prove once more that no link to it works?`;
        return ask({ text, yes: 'prove it', onYes });
      }
      return ask({
        text: `Revoke every link to ${entry.filename}? Its package is deleted, or its links denied where it may not be.`,
        yes: 'revoke',
        onYes,
      });
    }),
  'delete-package': (state) =>
    withPackage(state, (entry) =>
      ask({
        text: deleteQuestion(entry),
        yes: 'delete',
        onYes: { effect: 'remove-package', key: entry.key, how: 'delete' },
      }),
    ),
} satisfies Partial<Record<KeyId, Handler>>;

const shown: Step = { type: 'go', route: { screen: 'ship' } };

function withPackage(state: State, steps: (entry: PackageEntry) => readonly Step[]): readonly Step[] {
  const entry = selectedPackage(state);
  return entry ? steps(entry) : [];
}

const ask = (question: Pick<Question, 'text' | 'yes' | 'onYes'>): readonly Step[] => [
  { type: 'overlay', overlay: { kind: 'question', default: 'no', danger: true, ...question } },
];

/** Saves the marked package to the path that was typed. */
export function downloadSteps(state: State, path: string): readonly Step[] {
  const entry = selectedPackage(state);
  if (!entry || path === '') return [];
  return [{ effect: 'download-package', key: entry.key, path, overwrite: false }];
}
