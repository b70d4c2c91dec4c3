import { askSubject } from '../ask-subject.ts';
import type { Figure, Row } from '../row.ts';
import type { CallCounts } from '../subjects/calls.ts';

/** Counted against the sandbox in a time that is moved by hand: no machine is too slow for it. */
export const calls: Row = {
  name: 'calls',
  async measure(bench) {
    const counts = await askSubject<CallCounts>(bench, 'calls');
    const figure = (part: string, what: string, value: number, atMost: number): Figure => ({
      name: `calls/${part}`,
      what: `API calls a minute: ${what}`,
      value,
      unit: '',
      goal: { atMost },
      peer: '–',
    });
    return [
      figure('idle', 'idle list of one project', counts.idle, 2),
      figure('followed', 'one running build, its log followed', counts.followed, 75),
      figure('running', 'list of 50 running builds of one project', counts.fiftyRunning, 15),
    ];
  },
};
