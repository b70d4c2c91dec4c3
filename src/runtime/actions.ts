import type { Build } from '../domain/build.ts';
import type { Clock } from '../domain/clock.ts';
import type { DistributionEvent, DistributionOptions } from '../domain/distribution.ts';
import { isAbort, toAppError } from '../domain/errors.ts';
import type { DistributionsService, LogFiles, Services } from '../domain/ports.ts';
import type { SettingsStore } from '../domain/settings.ts';
import type { Terminal } from '../domain/terminal.ts';
import type { Effect } from '../state/effects.ts';
import type { Event } from '../state/events.ts';
import type { ActionKind, State } from '../state/state.ts';
import { saveCode, saveNote, showCode } from './hand-out.ts';
import { copy, openUrl } from './hand-over.ts';
import { downloadPackage, removePackage, verifyLink } from './link-actions.ts';
import { copyLog, markLog, moveLog, showLog } from './log-actions.ts';
import type { LogModels } from './log-models.ts';
import { createQuestions } from './questions.ts';
import { saveLog } from './save-log.ts';
import { openServices, type SessionHolder } from './session.ts';
import { shipWithFolder } from './ship-with-folder.ts';
import { startQuestion } from './start-question.ts';
import { createStartTokens } from './start-tokens.ts';

export type ActionDeps = {
  holder: SessionHolder;
  clock: Clock;
  terminal: Pick<Terminal, 'copy' | 'outside' | 'suspend' | 'capabilities'>;
  settings: Pick<SettingsStore, 'update'>;
  files: LogFiles;
  logs: LogModels;
  get: () => State;
  dispatch: (event: Event) => void;
  /** A fresh idempotency token: one for each thing the user wants once. */
  newToken: () => string;
  openUrl: ((url: string) => void) | undefined;
  /** Notes a build that was started, for ccwb's `--status latest`. */
  recordLatestBuild: ((build: Build, services: Services) => Promise<void>) | undefined;
  quit: () => void;
};

const packageMade = 'The package is made and recorded';

/** Performs what keys ask of the outside. Actions survive navigation; `stop` aborts and awaits them. */
export type Actions = { perform(effect: Effect): void; stop(): Promise<void> };

export function createActions(deps: ActionDeps): Actions {
  const { dispatch } = deps;
  const underWay = new Map<string, { controller: AbortController; ended: Promise<void> }>();
  const tokens = createStartTokens({
    now: () => deps.clock.now(),
    newToken: deps.newToken,
    builds: () => deps.get().builds.list ?? [],
  });
  const questions = createQuestions(dispatch);
  const revokeQuestions = createQuestions(dispatch);
  const askToRevoke = revokeQuestions.askBy((question) => ({ type: 'revoke-asked', question }), {
    type: 'revoke-answered',
  });
  let shipping: string | undefined;
  let count = 0;

  /** Runs `work` as an action with an id: started, then done or failed; an abort is neither said nor an error. */
  const act = (
    kind: ActionKind,
    label: string,
    work: (signal: AbortSignal, id: string) => Promise<Ending>,
  ) => {
    count += 1;
    const id = `${kind}-${count}`;
    const controller = new AbortController();
    dispatch({ type: 'action-started', id, kind, label });
    const run = async () => {
      try {
        const message = await work(controller.signal, id);
        dispatch({ type: 'action-done', id, ...(message ? { message } : {}) });
      } catch (error) {
        if (isAbort(error)) dispatch({ type: 'action-done', id });
        else {
          const shown = toAppError(error);
          dispatch({ type: 'action-failed', id, error: shown });
          // What an action noticed the polls shall notice too, now and not at their next turn.
          if (shown.kind === 'network') deps.holder.services?.builds.refresh();
        }
      } finally {
        underWay.delete(id);
      }
    };
    underWay.set(id, { controller, ended: run() });
    return id;
  };

  const inBackground = (work: Promise<void>) => {
    work.catch((error: unknown) => dispatch({ type: 'said', tone: 'bad', text: toAppError(error).message }));
  };

  /** The build runs all the same where noting it fails. */
  const note = async (build: Build) => {
    try {
      await deps.recordLatestBuild?.(build, openServices(deps.holder));
    } catch (error) {
      dispatch({ type: 'said', tone: 'warn', text: toAppError(error).message });
    }
  };

  /** Makes or finishes a distribution, or renews its link; the events go to the ship screen. */
  const shipTo = (
    label: string,
    asked: { expiresHours: number; buildId?: string; renews?: string },
    done: string,
    begin: (
      service: DistributionsService,
      ask: NonNullable<DistributionOptions['ask']>,
      signal: AbortSignal,
    ) => AsyncIterable<DistributionEvent>,
  ) => {
    act('ship', label, async (signal, id) => {
      shipping = id;
      dispatch({ type: 'ship-started', id, ...asked });
      try {
        for await (const event of begin(
          openServices(deps.holder).distributions,
          questions.askBy((question) => ({ type: 'ship-asked', id, question }), {
            type: 'ship-answered',
            id,
          }),
          signal,
        )) {
          dispatch({ type: 'ship', id, event });
        }
        dispatch({ type: 'ship-ended', id });
        const { route } = deps.get();
        if (route.screen === 'ship' && route.of === undefined) return undefined;
        return { tone: 'good', text: `${done}; its note is among the packages (2).` };
      } catch (error) {
        if (isAbort(error)) dispatch({ type: 'ship-ended', id });
        else dispatch({ type: 'ship-ended', id, error: toAppError(error) });
        throw error;
      } finally {
        shipping = undefined;
      }
    });
  };

  const performers: { [K in Effect['effect']]: (effect: Extract<Effect, { effect: K }>) => void } = {
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
        const { message, hint } = toAppError(error);
        dispatch({ type: 'said', tone: 'warn', text: message, ...(hint ? { hint } : {}) });
      }
    },
    'prepare-start': ({ project }) => {
      act('prepare', `Looking at ${project}`, async (signal) => {
        dispatch({ type: 'overlay', overlay: await startQuestion(deps, project, signal) });
        return undefined;
      });
    },
    start: ({ project }) => {
      act('start', `Starting a build of ${project}`, async (signal) => {
        const { builds } = openServices(deps.holder);
        const build = await tokens.use(project, project, (token) => builds.start(project, token, signal));
        dispatch({ type: 'build-started', build });
        builds.refresh();
        await note(build);
        return { tone: 'good', text: `Build ${build.uuid.slice(0, 8)} of ${project} has started.` };
      });
    },
    retry: ({ id }) => {
      act('retry', 'Starting the build again', async (signal) => {
        const { builds } = openServices(deps.holder);
        const project = id.slice(0, id.indexOf(':'));
        const build = await tokens.use(id, project, (token) => builds.retry(id, token, signal));
        dispatch({ type: 'build-started', build });
        builds.refresh();
        await note(build);
        return { tone: 'good', text: `Build ${build.uuid.slice(0, 8)} has started.` };
      });
    },
    stop: ({ id }) => {
      act('stop', 'Stopping the build', async (signal) => {
        const { builds } = openServices(deps.holder);
        const build = await builds.stop(id, signal);
        dispatch({ type: 'build-changed', build });
        builds.refresh();
        return { tone: 'info', text: `Build ${build.uuid.slice(0, 8)} is being stopped.` };
      });
    },
    ship: ({ effect: _, ...asked }) => {
      shipTo('Making a package', asked, packageMade, (service, ask, signal) =>
        service.make({ ...asked, ask }, signal),
      );
    },
    'ship-with-folder': (asked) => {
      act('look', 'Looking at the folder', (signal) =>
        shipWithFolder(deps, asked, (effect) => performers.ship(effect), signal),
      );
    },
    'resume-ship': ({ id, expiresHours }) =>
      shipTo('Finishing a package', { expiresHours }, packageMade, (service, ask, signal) =>
        service.resume(id, { ask }, signal),
      ),
    'clean-leftover': ({ id, filename }) => {
      act('clean-up', `Removing ${filename}`, async (signal) => {
        const { distributions } = openServices(deps.holder);
        await distributions.cleanUp(id, signal);
        dispatch({ type: 'leftovers', list: await distributions.leftovers(signal) });
        return { tone: 'good', text: `What was left of ${filename} is removed.` };
      });
    },
    renew: ({ key, expiresHours }) =>
      shipTo(
        'Renewing a link',
        { expiresHours, renews: key },
        'The link is renewed',
        ({ links }, ask, signal) => links.renew(key, { expiresHours, ask }, signal),
      ),
    'verify-link': (asked) => {
      act('verify', 'Verifying a package', (signal) => verifyLink(deps, asked, signal));
    },
    'download-package': (asked) => {
      act('download', 'Downloading a package', (signal) => downloadPackage(deps, asked, signal));
    },
    'remove-package': (asked) => {
      const label = asked.how === 'revoke' ? 'Revoking links' : 'Deleting a package';
      act('remove', label, (signal) => removePackage(deps, asked, askToRevoke, signal));
    },
    'cancel-ship': () => {
      if (shipping === undefined) return;
      dispatch({ type: 'ship-cancelling', id: shipping });
      underWay.get(shipping)?.controller.abort();
    },
    'show-code': (asked) => {
      act('save', 'Drawing the QR code', (signal) => showCode(deps, asked, signal));
    },
    'save-code': (asked) => {
      act('save', 'Saving the QR code', (signal) => saveCode(deps, asked, signal));
    },
    'save-note': (asked) => {
      act('save', 'Saving the note', (signal) => saveNote(deps, asked, signal));
    },
    'answer-ship': ({ yes }) => questions.answer(yes),
    'answer-revoke': ({ yes }) => revokeQuestions.answer(yes),
    log: ({ move }) => moveLog(deps, move),
    'mark-log': ({ letter }) => markLog(deps, letter),
    'copy-log': (effect) => copyLog(deps, effect),
    'show-log': () => inBackground(showLog(deps)),
    'save-log': ({ path, overwrite }) => {
      const id = deps.get().view?.id ?? '';
      const log = deps.logs.get(id);
      if (log) act('save', 'Saving the log', (signal) => saveLog(deps, log, { path, overwrite }, signal));
    },
  };

  return {
    perform(effect) {
      (performers[effect.effect] as (effect: Effect) => void)(effect);
    },
    async stop() {
      const all = [...underWay.values()];
      for (const { controller } of all) controller.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

export type Ending = { tone: 'good' | 'info' | 'warn' | 'bad'; text: string } | undefined;
