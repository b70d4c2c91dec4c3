import { setTimeout as sleep } from 'node:timers/promises';
import { type AppSession, startApp } from '../followed-log.ts';
import { rssMb } from '../processes.ts';
import type { Bench, Row } from '../row.ts';
import { median, quantile } from '../statistics.ts';

const keys = 60;
const many = 10_000;
const few = 20;

async function openList(bench: Bench, builds: number): Promise<AppSession> {
  const app = await startApp(bench, { builds, isRunning: false }, { emulate: true });
  await app.until((screen) => screen.includes('Succeeded'));
  await sleep(1_500);
  return app;
}

/** A list of 10,000 builds, all of them there: moving in it, and what it takes more than one of 20. */
export const list: Row = {
  name: 'list',
  async measure(bench) {
    const rss: Record<number, number[]> = { [few]: [], [many]: [] };
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      for (const builds of [few, many]) {
        const app = await openList(bench, builds);
        try {
          // The same keys in both, for what they allocate.
          const measured = await moveAbout(app, keys);
          if (builds === many) times.push(...measured);
          rss[builds]?.push(rssMb(app.pid));
        } finally {
          await app.end();
        }
      }
    }
    const base = median(rss[few] ?? []);
    return [
      {
        name: 'list/key',
        what: `${many.toLocaleString('en')} builds in the list: key → first byte painted, p95 of ${times.length}`,
        value: quantile(times, 0.95),
        unit: 'ms',
        goal: { atMost: 25 },
        peer: `p50 ${quantile(times, 0.5).toFixed(1)} ms`,
      },
      {
        name: 'list/memory',
        what: `${many.toLocaleString('en')} builds in the list: RSS above that of ${few}`,
        value: median(rss[many] ?? []) - base,
        unit: 'MB',
        goal: { atMost: 40 },
        peer: `${few} builds ${base.toFixed(0)} MB`,
      },
    ];
  },
};

/** Up and down by one, and to both ends. */
async function moveAbout(app: AppSession, presses: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < presses; index++) {
    const pressed = index % 20 === 19 ? (index % 40 === 19 ? 'G' : 'g') : index % 2 === 0 ? 'j' : 'k';
    const from = performance.now();
    const painted = app.nextOutput(2_000);
    app.send(pressed);
    times.push((await painted.catch(() => Number.NaN)) - from);
    await sleep(40 + ((index * 7) % 34));
  }
  return times.filter((time) => !Number.isNaN(time));
}
