import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { growLog, startApp } from '../followed-log.ts';
import { cpuMs, versionOf } from '../processes.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { startSession } from '../terminal.ts';

const settleMs = 3_000;
const windowMs = 8_000;
const seconds = (settleMs + windowMs) / 1000 + 30;

/** The program and `less -S +F` follow the same growing file side by side. */
export const flood: Row = {
  name: 'flood',
  measure: async (bench) => [
    ...(await floodOf(bench, 5_000, { cpu: 0.75, bytes: 1 / 12 })),
    ...(await floodOf(bench, 50_000, { cpu: 0.25, bytes: 1 / 100 })),
  ],
};

async function floodOf(bench: Bench, rate: number, goal: { cpu: number; bytes: number }): Promise<Figure[]> {
  const version = versionOf('less');
  const log = growLog(bench, rate, seconds);
  const app = await startApp(bench, { builds: 50, isRunning: true, log: log.file });
  const less = version === undefined ? undefined : startSession('less', ['-S', '+F', log.file]);
  const look = () => ({
    at: performance.now(),
    cpu: cpuMs(app.pid),
    bytes: app.bytes(),
    lessCpu: less ? cpuMs(less.pid) : Number.NaN,
    lessBytes: less?.bytes() ?? Number.NaN,
    file: statSync(log.file).size,
  });
  try {
    await sleep(settleMs);
    const from = look();
    await sleep(windowMs);
    const to = look();
    const ms = to.at - from.at;
    const share = (cpu: number) => `${((cpu / ms) * 100).toFixed(1)} %`;
    const speed = (bytes: number) => `${Math.round(bytes / ms)} KB/s`;
    const [cpu, lessCpu] = [to.cpu - from.cpu, to.lessCpu - from.lessCpu];
    const [bytes, lessBytes, file] = [
      to.bytes - from.bytes,
      to.lessBytes - from.lessBytes,
      to.file - from.file,
    ];
    const lines = `${rate.toLocaleString('en')} lines/s`;
    return [
      {
        name: `flood/cpu-${rate}`,
        what: `${lines}: CPU ÷ less -S +F (${share(cpu)})`,
        value: less ? cpu / lessCpu : undefined,
        unit: '×',
        goal: { atMost: goal.cpu },
        peer: less ? `less ${version} ${share(lessCpu)}` : 'less is not installed',
      },
      {
        name: `flood/bytes-${rate}`,
        what: `${lines}: bytes to the terminal ÷ bytes of the file (${speed(bytes)})`,
        value: bytes / file,
        unit: '×',
        goal: { atMost: goal.bytes },
        peer: `file ${speed(file)}${less ? `, less ${speed(lessBytes)}` : ''}`,
      },
    ];
  } finally {
    await app.end();
    await less?.end();
    await log.stop();
  }
}
