import type { Effect } from '../state/effects.ts';
import type { ActionDeps } from './action-deps.ts';

/**
 * Asks before a file is replaced; Yes performs `onYes`.
 * @param before why a file is written at all, where that was not asked for
 */
export function askToReplace(
  { dispatch }: Pick<ActionDeps, 'dispatch'>,
  path: string,
  onYes: Effect,
  before = '',
) {
  dispatch({
    type: 'overlay',
    overlay: {
      kind: 'question',
      text: `${before}There is a file ${path} already. Replace it?`,
      yes: 'replace',
      default: 'no',
      danger: true,
      onYes,
    },
  });
}
