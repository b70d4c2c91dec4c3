import type { NotifySettings } from '../domain/settings.ts';
import type { Terminal } from '../domain/terminal.ts';
import { justEnded } from '../state/reduce-watch.ts';
import { selectEnding } from '../state/select-ending.ts';
import type { State } from '../state/state.ts';

export type EndingsDeps = {
  terminal: Pick<Terminal, 'bell' | 'setTitle' | 'notify' | 'capabilities'>;
  notify: NotifySettings;
};

/** Tells, outside the screen, of the watched builds that ended between two states; several at once ring once. */
export function tellEndings(deps: EndingsDeps, before: State, after: State): void {
  const { terminal, notify } = deps;
  const builds = justEnded(before, after);
  const last = builds.at(-1);
  if (!last) return;
  const { unicode } = terminal.capabilities;
  if (notify.bell) terminal.bell();
  if (notify.title) terminal.setTitle(selectEnding(last, unicode).title);
  if (!notify.desktop) return;
  for (const build of builds) {
    const { heading, body } = selectEnding(build, unicode);
    terminal.notify(heading, body);
  }
}
