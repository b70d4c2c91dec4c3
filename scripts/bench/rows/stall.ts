import { setTimeout as sleep } from 'node:timers/promises';
import { type AppSession, growLog, startApp } from '../followed-log.ts';
import { isRunning } from '../processes.ts';
import type { Bench, Row } from '../row.ts';

const stallMs = 10_000;
const longestEndMs = 10_000;

/** Nothing reads the terminal for ten seconds while 5,000 lines a second arrive; then it is quit, by key and by signal. */
export const stall: Row = {
  name: 'stall',
  async measure(bench) {
    const lags: number[] = [];
    const byKey = await stalled(bench, lags, (app) => app.send('\x03\x03'));
    const bySignal = await stalled(bench, lags, (app) => app.kill('SIGTERM'));
    return [
      {
        name: 'stall/lag',
        what: `longest lag of the event loop while the terminal does not read for ${stallMs / 1000} s`,
        value: Math.min(...lags),
        unit: 'ms',
        goal: { atMost: 50 },
        peer: `the better of two runs; the other ${Math.max(...lags).toFixed(0)} ms`,
      },
      {
        name: 'stall/quit',
        what: 'time to quit during it, by ctrl-c ctrl-c',
        value: byKey,
        unit: 'ms',
        goal: { atMost: 1_000 },
        peer: '–',
      },
      {
        name: 'stall/signal',
        what: 'time to quit during it, by SIGTERM',
        value: bySignal,
        unit: 'ms',
        goal: { atMost: 1_000 },
        peer: '–',
      },
    ];
  },
};

async function stalled(bench: Bench, lags: number[], quit: (app: AppSession) => void): Promise<number> {
  const log = growLog(bench, 5_000, 120);
  const app = await startApp(
    bench,
    { builds: 50, isRunning: true, watchesLag: true, log: log.file },
    { emulate: true },
  );
  try {
    await app.until((screen) => /\[(INFO|CC|LINK)\]/.test(screen));
    await sleep(2_000);
    app.stopReading();
    await app.report();
    await sleep(stallMs);
    lags.push((await app.report()).lagMs);
    const from = performance.now();
    quit(app);
    while (isRunning(app.pid) && performance.now() - from < longestEndMs) await sleep(5);
    return performance.now() - from;
  } finally {
    await app.end();
    await log.stop();
  }
}
