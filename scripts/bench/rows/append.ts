import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { growLog, startApp } from '../followed-log.ts';
import { lineBytes } from '../lines.ts';
import { cpuMs } from '../processes.ts';
import type { Row } from '../row.ts';

const settleMs = 3_000;
const windowMs = 10_000;

/** A log followed at 30 lines a second, with everything on the screen that counts along. */
export const append: Row = {
  name: 'append',
  async measure(bench) {
    const log = growLog(bench, 30, 60);
    const app = await startApp(bench, { builds: 50, isRunning: true, log: log.file });
    const look = () => ({
      cpu: cpuMs(app.pid),
      bytes: app.bytes(),
      frames: app.frames(),
      lines: statSync(log.file).size / lineBytes,
    });
    try {
      await sleep(settleMs);
      const from = look();
      await sleep(windowMs);
      const to = look();
      const lines = to.lines - from.lines;
      const frames = to.frames - from.frames;
      const aLine = (to.bytes - from.bytes) / lines;
      return [
        {
          name: 'append/bytes',
          what: `30 lines/s: bytes to the terminal a line ÷ its bytes (${Math.round(aLine)} B)`,
          value: aLine / lineBytes,
          unit: '×',
          goal: { atMost: 1.4 },
          peer: `line ${lineBytes} B`,
        },
        {
          name: 'append/cpu',
          what: '30 lines/s: CPU a frame',
          value: (to.cpu - from.cpu) / frames,
          unit: 'ms',
          goal: { atMost: 0.6 },
          peer: `${(frames / (windowMs / 1000)).toFixed(1)} frames/s`,
        },
      ];
    } finally {
      await app.end();
      await log.stop();
    }
  },
};
