import { setTimeout as sleep } from 'node:timers/promises';
import { growLog, startApp } from '../followed-log.ts';
import type { Row } from '../row.ts';
import { quantile } from '../statistics.ts';

const keys = 200;

/** Scrolls a paused log by one line up and down while 5,000 lines a second arrive below it. */
export const key: Row = {
  name: 'key',
  async measure(bench) {
    const log = growLog(bench, 5_000, 120);
    const app = await startApp(bench, { builds: 50, isRunning: true, log: log.file }, { emulate: true });
    // A row in the middle of the log: paused, it changes with a key alone.
    const row = () => app.screen().split('\n')[24] ?? '';
    try {
      await app.until(() => /\[(INFO|CC|LINK)\]/.test(row()));
      await sleep(2_000);
      for (const up of 'kkkkk') {
        app.send(up);
        await sleep(200);
      }
      const times: number[] = [];
      for (let index = 0; index < keys; index++) {
        const before = row();
        const from = performance.now();
        app.send(index % 2 === 0 ? 'k' : 'j');
        times.push((await app.until(() => row() !== before, 5_000)) - from);
        // Never in step with what the program does at fixed intervals.
        await sleep(15 + ((index * 7) % 34));
      }
      const what = (part: string) =>
        `key → changed row of the log, 5,000 lines/s arriving, ${part} of ${keys}`;
      return [
        {
          name: 'key/p50',
          what: what('p50'),
          value: quantile(times, 0.5),
          unit: 'ms',
          goal: { atMost: 5 },
          peer: '–',
        },
        {
          name: 'key/p95',
          what: what('p95'),
          value: quantile(times, 0.95),
          unit: 'ms',
          goal: { atMost: 12 },
          peer: '–',
        },
      ];
    } finally {
      await app.end();
      await log.stop();
    }
  },
};
