import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { createOutputSplitter } from './output-splitter.ts';
import { type Ending, endGroup, endStragglers, type Traces } from './process-group.ts';
import { type ShellFiles, writeCommand } from './shell-files.ts';

/** How a command ended. `lost`: its shell was killed, so nobody knows. */
export type CommandEnd = { kind: 'exited'; code: number } | { kind: 'lost' } | { kind: 'interrupted' };

export type ShellSession = {
  /** Runs one command; its output has been handed over when this resolves. */
  run(command: string, succeeding: boolean): Promise<CommandEnd>;
  /** Ends whatever the commands left running; resolves when it is gone and its output handed over. */
  close(): Promise<void>;
};

export type ShellSessionOptions = Ending & {
  files: ShellFiles;
  shellPath: string;
  cwd: string;
  /** What tells its processes from others: see {@link endStragglers}. */
  traces: Traces;
  /** Unguessable; tells the keeper's marks from output. */
  token: string;
  onLines(lines: string[]): void | Promise<void>;
};

/**
 * The keeper leads the build's process group for as long as the build runs, so that the group's number cannot pass to
 * a stranger. For each line on its stdin it runs the command file and prints a mark with the exit status behind the
 * command's output, which is how we know the end without waiting for children that hold the pipe.
 * - `cat` gives the commands a real pipe: Node's are sockets, and `> /dev/stderr` cannot open those. It ignores SIGTERM
 *   to pass on what others say in their last moment.
 * - The watchdog blocks on descriptor 3, which nobody writes to: it closes when we die, however we die.
 */
const keeper = String.raw`
(read -r line; kill -KILL 0) <&3 >/dev/null 2>&1 &
exec 3<&-
while read -r line; do
  "$1" "$2" </dev/null
  printf '\000%s %d\000' "$3" "$?"
done 2>&1 | (trap '' TERM; exec cat)
`;

const keeperPath = '/usr/local/bin:/usr/bin:/bin';

type Keeper = {
  child: ChildProcess;
  group: number;
  stdin: Writable;
  ended: Promise<void>;
  /** Begun once: a second SIGTERM means more to many programs than the first. */
  swept?: Promise<void>;
};
type Waiter = { resolve(end: CommandEnd): void; reject(error: unknown): void };

/** A shell whose state lives from command to command, in a process group of its own. */
export function createShellSession(options: ShellSessionOptions, signal: AbortSignal): ShellSession {
  const { files, traces } = options;
  let current: Keeper | undefined;
  let waiter: Waiter | undefined;

  const settle = (action: (waiter: Waiter) => void): void => {
    const waiting = waiter;
    waiter = undefined;
    if (waiting !== undefined) action(waiting);
  };

  /** Hands output over as it comes; a sink that is behind holds back the pipe, and with it the command. */
  const pump = async (stdout: Readable): Promise<void> => {
    const splitter = createOutputSplitter(Buffer.from(`\0${options.token} `));
    const take = async (parts: ReturnType<typeof splitter.push>): Promise<void> => {
      for (const part of parts) {
        if (part.kind === 'lines') await options.onLines(part.lines);
        else settle(({ resolve }) => resolve({ kind: 'exited', code: Number(part.text) }));
      }
    };
    for await (const chunk of stdout) await take(splitter.push(chunk as Buffer));
    await take(splitter.flush());
  };

  const start = (): Keeper => {
    const child = spawn('/bin/sh', ['-c', keeper, 'sh', options.shellPath, files.run, options.token], {
      cwd: options.cwd,
      detached: true,
      env: { PATH: keeperPath },
      stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    });
    const { stdin, stdout } = child;
    // The keeper may be gone when we write to it: its exit tells.
    stdin?.on('error', () => {});
    child.stdio[3]?.on('error', () => {});
    if (stdin === null || stdout === null) throw new Error('the shell has no pipes');
    const exit = new Promise<void>((resolve, reject) => {
      child.once('exit', () => resolve());
      child.once('error', reject);
    });
    const started: Keeper = { child, group: child.pid ?? 0, stdin, ended: Promise.resolve() };
    started.ended = finish(started, exit, pump(stdout));
    // Whoever waits on a command, or on close, gets the failure.
    started.ended.catch((error: unknown) => settle(({ reject }) => reject(error)));
    return started;
  };

  const sweepGroup = async (group: number): Promise<void> => {
    if (group === 0) return;
    await endStragglers(traces, group, options);
    await endGroup(group, options);
    await endStragglers(traces, group, options);
  };

  const sweep = (keeper: Keeper): Promise<void> => {
    keeper.swept ??= sweepGroup(keeper.group);
    return keeper.swept;
  };

  const finish = async (ended: Keeper, exit: Promise<void>, output: Promise<void>): Promise<void> => {
    // A sink that fails must not leave the command running behind it.
    output.catch(() => sweep(ended));
    try {
      await exit;
      // Members that outlive their leader would hold the pipe for ever.
      await sweep(ended);
      await output;
    } finally {
      ended.child.stdio[3]?.destroy();
      if (current === ended) current = undefined;
    }
    settle(({ resolve }) => resolve(signal.aborted ? { kind: 'interrupted' } : { kind: 'lost' }));
  };

  return {
    async run(command, succeeding) {
      if (signal.aborted) return { kind: 'interrupted' };
      await writeCommand(files, command, succeeding);
      const interrupted = Promise.withResolvers<CommandEnd>();
      const onAbort = (): void => interrupted.resolve({ kind: 'interrupted' });
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      const finished = new Promise<CommandEnd>((resolve, reject) => {
        waiter = { resolve, reject };
      });
      try {
        current ??= start();
        current.stdin.write('run\n');
        return await Promise.race([finished, interrupted.promise]);
      } finally {
        finished.catch(() => {});
        signal.removeEventListener('abort', onAbort);
      }
    },
    async close() {
      const last = current;
      if (last === undefined) return;
      await sweep(last);
      await last.ended;
    },
  };
}
