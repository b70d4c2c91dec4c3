import { toAppError } from '../domain/errors.ts';
import type { Effect } from '../state/effects.ts';
import type { ActionDeps, Performers } from './action-deps.ts';
import { createActionsUnderWay } from './actions-under-way.ts';
import { buildActions } from './build-actions.ts';
import { saveCode, saveNote, showCode } from './hand-out.ts';
import { copy, openUrl } from './hand-over.ts';
import { downloadPackage, removePackage, verifyLink } from './link-actions.ts';
import { copyLog, markLog, moveLog, showLog } from './log-actions.ts';
import { createQuestions } from './questions.ts';
import { saidError } from './said-error.ts';
import { saveLog } from './save-log.ts';
import { shipActions } from './ship-actions.ts';

/** Performs what keys ask of the outside. Actions survive navigation; `stop` aborts and awaits them. */
export type Actions = { perform(effect: Effect): void; stop(): Promise<void> };

export function createActions(deps: ActionDeps): Actions {
  const { dispatch } = deps;
  const underWay = createActionsUnderWay(deps);
  const { act } = underWay;
  const revokeQuestions = createQuestions(dispatch);
  const askToRevoke = revokeQuestions.askBy((question) => ({ type: 'revoke-asked', question }), {
    type: 'revoke-answered',
  });

  const inBackground = (work: Promise<void>) => {
    work.catch((error: unknown) => dispatch({ type: 'said', tone: 'bad', text: toAppError(error).message }));
  };

  const performers: Performers<Effect['effect']> = {
    ...buildActions(deps, act),
    ...shipActions(deps, underWay),
    quit: () => deps.quit(),
    suspend: () => inBackground(deps.terminal.suspend()),
    copy: ({ text, what }) => copy(deps, text, what),
    'show-raw': ({ text }) =>
      inBackground(deps.terminal.outside((write) => write(`\n${text}\n\nAny key leads back to ccwb-tui.\n`))),
    'open-url': ({ url }) => openUrl(deps, url),
    'remember-target': ({ target }) => {
      try {
        const profile = target.place === 'aws' && target.profileName ? { profile: target.profileName } : {};
        deps.settings.update({ place: target.place, ...profile });
      } catch (error) {
        dispatch(saidError(error, 'warn'));
      }
    },
    'verify-link': (asked) =>
      act('verify', 'Verifying a package', (signal) => verifyLink(deps, asked, signal)),
    'download-package': (asked) =>
      act('download', 'Downloading a package', (signal) => downloadPackage(deps, asked, signal)),
    'remove-package': (asked) => {
      const label = asked.how === 'revoke' ? 'Revoking links' : 'Deleting a package';
      act('remove', label, (signal) => removePackage(deps, asked, askToRevoke, signal));
    },
    'show-code': (asked) => act('save', 'Drawing the QR code', (signal) => showCode(deps, asked, signal)),
    'save-code': (asked) => act('save', 'Saving the QR code', (signal) => saveCode(deps, asked, signal)),
    'save-note': (asked) => act('save', 'Saving the note', (signal) => saveNote(deps, asked, signal)),
    'answer-revoke': ({ yes }) => revokeQuestions.answer(yes),
    log: ({ move }) => moveLog(deps, move),
    'mark-log': ({ letter }) => markLog(deps, letter),
    'copy-log': (effect) => copyLog(deps, effect),
    'show-log': () => inBackground(showLog(deps)),
    'save-log': ({ path, overwrite }) => {
      const log = deps.logs.get(deps.get().view?.id ?? '');
      if (log) act('save', 'Saving the log', (signal) => saveLog(deps, log, { path, overwrite }, signal));
    },
  };

  return {
    perform(effect) {
      (performers[effect.effect] as (effect: Effect) => void)(effect);
    },
    stop: () => underWay.stop(),
  };
}
