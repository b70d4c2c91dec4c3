import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../row.ts';
import { createSandboxUser } from '../sandbox-user.ts';
import { quantile } from '../statistics.ts';
import { startSession } from '../terminal.ts';

/** The pause between two reads of a lively log: `pauses.lively` in `src/services/logs/follow-log.ts`. */
const pollMs = 1_000;
const seconds = 25;

/** A build of the sandbox prints the time, at uneven intervals; the program in a terminal follows it. */
export const lag: Row = {
  name: 'lag',
  async measure(bench) {
    const step = 'echo "lag $(date +%s%3N)"; sleep 0.3$((i % 7))';
    const user = await createSandboxUser(bench, [
      `i=0; while [ $i -lt ${seconds * 3} ]; do i=$((i + 1)); ${step}; done`,
    ]);
    try {
      await user.build();
      const args = [bench.bin, 'latest', '--sandbox'];
      const app = startSession(process.execPath, args, {
        env: user.env,
        cwd: user.env.HOME ?? '/',
        emulate: true,
      });
      const seen = new Map<string, number>();
      const look = () => {
        const now = Date.now();
        for (const [, stamp = ''] of app.screen().matchAll(/lag (\d{13})/g)) {
          if (!seen.has(stamp)) seen.set(stamp, now - Number(stamp));
        }
        return false;
      };
      await app.until((screen) => /lag \d{13}/.test(screen));
      // What was there before the log was opened says nothing.
      await sleep(1_500);
      look();
      const old = new Set(seen.keys());
      await app.until(look, seconds * 800).catch(() => {});
      await app.end();
      const lags = [...seen].flatMap(([stamp, ms]) => (old.has(stamp) ? [] : [ms]));
      return [
        {
          name: 'lag',
          what: `line written by a build of the sandbox → on the screen, p95 of ${lags.length}`,
          value: quantile(lags, 0.95),
          unit: 'ms',
          goal: { atMost: pollMs + 100 },
          peer: `polled every ${pollMs} ms; p50 ${quantile(lags, 0.5).toFixed(0)} ms`,
        },
      ];
    } finally {
      await user.end();
    }
  },
};
