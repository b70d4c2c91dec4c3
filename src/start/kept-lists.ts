import { join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import type { LastLists } from '../program.tsx';
import { readLastList, writeLastList } from '../services/last-lists.ts';
import type { Target } from '../state/state-session.ts';
import { type AccountChoice, accountMark } from './account-mark.ts';

/** A list that changes by the second is not written by the second. */
const quietMs = 30_000;

/** The lists of builds kept in the data folder; what the command line says holds for every account opened in a run. */
export function keptLists({
  dataDir,
  clock,
  choice,
  place,
}: {
  dataDir: string;
  clock: Pick<Clock, 'now'>;
  choice: Omit<AccountChoice, 'target'>;
  place: Parameters<typeof accountMark>[1];
}): LastLists {
  const dir = join(dataDir, 'last-lists');
  // The files may change while an account is open: what it answers stays that account's.
  const marks = new WeakMap<Target, string>();
  const markOf = (target: Target) => {
    const known = marks.get(target) ?? accountMark({ ...choice, target }, place);
    marks.set(target, known);
    return known;
  };
  let pending: { mark: string; list: Parameters<LastLists['keep']>[1] } | undefined;
  let written: { mark: string; at: number } | undefined;
  const settle = () => {
    if (!pending) return;
    writeLastList(dir, pending.mark, pending.list);
    written = { mark: pending.mark, at: clock.now() };
    pending = undefined;
  };
  return {
    read: (target) => readLastList(dir, markOf(target), clock.now()),
    keep(target, list) {
      const mark = markOf(target);
      if (pending && pending.mark !== mark) settle();
      pending = { mark, list };
      if (written?.mark !== mark || clock.now() - written.at >= quietMs) settle();
    },
    settle,
  };
}
