import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../followed-log.ts';
import { cpuMs } from '../processes.ts';
import type { Row } from '../row.ts';

const settleMs = 5_000;
const windowMs = 60_000;

/** A list of 50 builds that nobody touches for a minute: where nothing runs, and where one build does. Side by side. */
export const idle: Row = {
  name: 'idle',
  async measure(bench) {
    const apps = [
      await startApp(bench, { builds: 50, isRunning: false }),
      await startApp(bench, { builds: 50, isRunning: true }),
    ];
    const look = () => apps.map((app) => ({ cpu: cpuMs(app.pid), bytes: app.bytes() }));
    try {
      await sleep(settleMs);
      const from = look();
      await sleep(windowMs);
      const [quiet, busy] = look().map((to, index) => ({
        bytes: to.bytes - (from[index]?.bytes ?? 0),
        cpu: ((to.cpu - (from[index]?.cpu ?? 0)) / windowMs) * 100,
      }));
      return [
        {
          name: 'idle/bytes',
          what: 'a minute with nothing running: bytes to the terminal',
          value: quiet?.bytes,
          unit: 'B',
          goal: { atMost: 400 },
          peer: '–',
        },
        {
          name: 'idle/cpu',
          what: 'a minute with nothing running: CPU',
          value: quiet?.cpu,
          unit: '%',
          goal: { atMost: 0.5 },
          peer: '–',
        },
        {
          name: 'idle/cpu-running',
          what: 'a minute with one running build: CPU',
          value: busy?.cpu,
          unit: '%',
          goal: { atMost: 2 },
          peer: `${busy?.bytes} B to the terminal`,
        },
      ];
    } finally {
      for (const app of apps) await app.end();
    }
  },
};
