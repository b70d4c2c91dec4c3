import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { compilerLine } from './lines.ts';
import type { Bench } from './row.ts';
import type { EngineAnswer, EngineQuestion, EngineReport } from './subjects/log-engine.ts';

const millionLines = 1_000_000;

/** A file of a million lines, made once a run. */
export function millionLineFile(bench: Bench): string {
  const file = join(bench.dir, 'million.log');
  if (existsSync(file)) return file;
  const target = openSync(file, 'w');
  for (let number = 0; number < millionLines; ) {
    let text = '';
    for (const end = number + 10_000; number < end; number++) text += compilerLine(number);
    writeSync(target, text);
  }
  closeSync(target);
  return file;
}

/** The program's log buffer and search in a process of its own, holding a file. */
export type Engine = {
  report: EngineReport;
  ask(question: EngineQuestion): Promise<EngineAnswer>;
  end(): void;
};

export async function startEngine(bench: Bench, file: string): Promise<Engine> {
  const script = await bench.subject('log-engine');
  const child: ChildProcess = fork(script, [file], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const answer = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const gone = () => reject(new Error('The log engine ended.'));
      child.once('exit', gone);
      child.once('message', (message) => {
        child.off('exit', gone);
        resolve(message as T);
      });
    });
  const report = await answer<EngineReport>();
  return {
    report,
    ask(question) {
      const answered = answer<EngineAnswer>();
      child.send(question);
      return answered;
    },
    end: () => void child.kill(),
  };
}
