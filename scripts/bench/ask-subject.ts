import { fork } from 'node:child_process';
import type { Bench } from './row.ts';

/** Runs a subject in a process of its own and answers what it sends. */
export async function askSubject<T>(
  bench: Bench,
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<T> {
  const script = await bench.subject(name);
  const child = fork(script, [...args], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { ...process.env, ...env },
  });
  return new Promise<T>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} and said nothing.`)));
  });
}
