import type { DistributionEvent } from '../domain/distribution.ts';
import { isAbort, toAppError } from '../domain/errors.ts';
import type { DistributionsService } from '../domain/ports/distributions.ts';
import type { Ask } from '../domain/ports/links.ts';
import type { ActionDeps, Asked, Performers } from './action-deps.ts';
import type { ActionsUnderWay } from './actions-under-way.ts';
import { createQuestions } from './questions.ts';
import { openServices } from './session.ts';
import { shipWithFolder } from './ship-with-folder.ts';

const packageMade = 'The package is made and recorded';

/** Makes packages, finishes or removes those that were cut off, renews links; one at a time, on the ship screen. */
export function shipActions(
  deps: ActionDeps,
  { act, abort }: Pick<ActionsUnderWay, 'act' | 'abort'>,
): Performers<
  'ship' | 'ship-with-folder' | 'resume-ship' | 'clean-leftover' | 'renew' | 'cancel-ship' | 'answer-ship'
> {
  const { dispatch } = deps;
  const questions = createQuestions(dispatch);
  let shipping: string | undefined;

  /** `done`: what is said at its end on another screen. */
  const shipTo = (
    label: string,
    asked: { expiresHours: number; buildId?: string; renews?: string },
    done: string,
    begin: (service: DistributionsService, ask: Ask, signal: AbortSignal) => AsyncIterable<DistributionEvent>,
  ) =>
    act('ship', label, async (signal, id) => {
      shipping = id;
      dispatch({ type: 'ship-started', id, ...asked });
      try {
        const { distributions } = openServices(deps.holder);
        const ask = questions.askBy((question) => ({ type: 'ship-asked', id, question }), {
          type: 'ship-answered',
          id,
        });
        for await (const event of begin(distributions, ask, signal)) {
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

  const ship = ({ effect: _, ...asked }: Asked<'ship'>) => {
    const { buildId, ...choices } = asked;
    const only = buildId === undefined ? {} : { buildIds: [buildId] };
    return shipTo('Making a package', asked, packageMade, (service, ask, signal) =>
      service.make({ ...choices, ...only, ask }, signal),
    );
  };

  return {
    ship,
    'ship-with-folder': (asked) =>
      act('look', 'Looking at the folder', (signal) => shipWithFolder(deps, asked, ship, signal)),
    'resume-ship': ({ id, expiresHours }) =>
      shipTo('Finishing a package', { expiresHours }, packageMade, (service, ask, signal) =>
        service.resume(id, { ask }, signal),
      ),
    renew: ({ key, expiresHours }) =>
      shipTo(
        'Renewing a link',
        { expiresHours, renews: key },
        'The link is renewed',
        ({ links }, ask, signal) => links.renew(key, { expiresHours, ask }, signal),
      ),
    'clean-leftover': ({ id, filename }) =>
      act('clean-up', `Removing ${filename}`, async (signal) => {
        const { distributions } = openServices(deps.holder);
        await distributions.cleanUp(id, signal);
        dispatch({ type: 'leftovers', list: await distributions.leftovers(signal) });
        return { tone: 'good', text: `What was left of ${filename} is removed.` };
      }),
    'cancel-ship': () => {
      if (shipping === undefined) return;
      dispatch({ type: 'ship-cancelling', id: shipping });
      abort(shipping);
    },
    'answer-ship': ({ yes }) => questions.answer(yes),
  };
}
