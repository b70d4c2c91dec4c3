import type { AppError } from '../domain/errors.ts';
import { isCredentialError } from './credentials.ts';
import type { Event } from './events.ts';
import { noBuildsYet, noDistributionsYet } from './initial.ts';
import { say, sayError } from './say.ts';
import type { State } from './state.ts';
import type { Session, Target } from './state-session.ts';

/** Which account is open: chosen, being connected to, open. */
export function reduceSession(state: State, event: Event): State {
  const { session } = state;
  switch (event.type) {
    case 'target-chosen':
      return choose(state, event.target);
    case 'session-opened':
      if (session.state !== 'connecting' || session.number !== event.number) return state;
      return withNotes(
        {
          ...state,
          session: {
            state: 'open',
            target: session.target,
            number: session.number,
            connection: event.connection,
            deployment: event.deployment,
            identityAttempt: 1,
          },
        },
        event.deployment.notes ?? [],
      );
    case 'session-trouble':
      if (session.state !== 'connecting' || session.number !== event.number) return state;
      return { ...state, session: { ...session, trouble: event.trouble } };
    case 'session-failed':
      return failed(state, event.number, event.error);
    case 'opening-failed':
      return { ...state, opening: undefined, fatal: event.error };
    case 'identity':
      if (session.state !== 'open') return state;
      return { ...state, session: { ...session, connection: event.connection } };
    case 'profiles':
      return { ...state, profiles: event.choices };
    case 'builds':
      return event.update.kind === 'snapshot' && isCredentialError(state.builds.trouble?.error)
        ? withNewIdentity(state)
        : state;
    default:
      return state;
  }
}

/** Opens another account: what was known of the last one is forgotten, what was said is not. */
function choose(state: State, target: Target): State {
  const number = state.session.number + 1;
  const session: Session = { state: 'connecting', target, number };
  return {
    ...state,
    session,
    route: { screen: 'builds' },
    trail: [],
    overlay: undefined,
    builds: noBuildsYet,
    view: undefined,
    distributions: noDistributionsYet,
    ship: state.ship?.state === 'running' ? state.ship : undefined,
  };
}

/** An account that cannot be opened: where the command line named it the program ends, else one chooses again. */
function failed(state: State, number: number, error: AppError): State {
  if (state.session.state !== 'connecting' || state.session.number !== number) return state;
  if (state.env.isTargetGiven && number === 1) return { ...state, fatal: error };
  const choosing: State = {
    ...state,
    session: { state: 'choosing', number },
    route: { screen: 'first-run', selected: 0 },
    trail: [],
    builds: noBuildsYet,
  };
  return sayError(choosing, error);
}

/** What of the account could not be read, each kept as a message and all of it said at once. */
function withNotes(state: State, notes: readonly string[]): State {
  const said = notes.reduce((next, note) => say(next, 'warn', note), state);
  return said.notice ? { ...said, notice: { ...said.notice, text: notes.join(' ') } } : said;
}

/** After a recovery from expired credentials the time left in the top bar is read anew. */
function withNewIdentity(state: State): State {
  if (state.session.state !== 'open') return state;
  const { session } = state;
  return { ...state, session: { ...session, identityAttempt: session.identityAttempt + 1 } };
}
