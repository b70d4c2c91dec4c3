import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compilerLine } from './lines.ts';
import type { Bench } from './row.ts';
import type { Report, Told } from './subjects/app.tsx';
import { type Session, startSession } from './terminal.ts';

const writerScript = fileURLToPath(new URL('write-lines.ts', import.meta.url));

/** A file that lines are appended to until `stop`; it begins with a screenful. */
export type GrowingLog = { file: string; stop(): Promise<void> };

let logs = 0;

export function growLog(bench: Bench, linesASecond: number, longestSeconds: number): GrowingLog {
  const file = join(bench.dir, `log-${logs++}`);
  writeFileSync(file, Array.from({ length: 200 }, (_, number) => compilerLine(number)).join(''));
  const writer: ChildProcess = spawn(
    process.execPath,
    [writerScript, file, String(linesASecond), String(longestSeconds)],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = once(writer, 'exit');
  return {
    file,
    async stop() {
      writer.kill();
      await ended;
      rmSync(file);
    },
  };
}

/** The full-screen program on services of the bench. */
export type AppSession = Session & {
  /** What it says about itself since it was asked last. */
  report(): Promise<Report>;
};

export async function startApp(
  bench: Bench,
  told: Omit<Told, 'report'>,
  options: { emulate?: boolean } = {},
): Promise<AppSession> {
  const script = await bench.subject('app');
  const report = join(bench.dir, `report-${logs++}`);
  const env = { BENCH: JSON.stringify({ ...told, report }), HOME: bench.dir };
  const session = startSession(process.execPath, [script], { ...options, env });
  return {
    ...session,
    async report() {
      rmSync(report, { force: true });
      session.kill('SIGUSR2');
      for (let tries = 0; tries < 2_000; tries++) {
        if (existsSync(report)) return JSON.parse(readFileSync(report, 'utf8')) as Report;
        await sleep(5);
      }
      throw new Error('The program did not report.');
    },
  };
}
