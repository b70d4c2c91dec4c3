import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { daemonArguments, startFailure } from './daemon.ts';
import { logFile, sandboxDir } from './places.ts';

export type DaemonCommand = {
  /** Node's executable. */
  execPath: string;
  /** What makes it a sandbox's process; the data folder is added. */
  argv: readonly string[];
  /** Only a few harmless variables of it are passed on. */
  env: Readonly<Record<string, string | undefined>>;
  dataDir: string;
};

export type StartedDaemon = {
  /** True once the process is over. */
  over(): boolean;
  /** Why it did not start, as far as its log tells. */
  reason(): string | undefined;
};

/** Credentials, tokens and `NODE_OPTIONS` of the caller are nothing to a server that runs on without them. */
const passedOn = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot'];

/**
 * Starts a sandbox that goes on when this process ends: in a session of its own, holding neither its output nor its
 * folder. Whether it comes up shows at its port.
 */
export function startDaemon(command: DaemonCommand): StartedDaemon {
  const dir = sandboxDir(command.dataDir);
  const path = logFile(dir);
  const before = sizeOf(path);
  const log = openSync(path, 'a', 0o600);
  let over = false;
  let failure: string | undefined;
  try {
    const child = spawn(command.execPath, [...command.argv, ...daemonArguments(command.dataDir)], {
      cwd: dir,
      detached: true,
      stdio: ['ignore', log, log],
      env: Object.fromEntries(passedOn.map((name) => [name, command.env[name]])),
      windowsHide: true,
    });
    child.once('error', (error) => {
      over = true;
      failure = error.message;
    });
    child.once('exit', () => {
      over = true;
    });
    child.unref();
  } finally {
    closeSync(log);
  }
  return { over: () => over, reason: () => failure ?? lastFailure(path, before) };
}

/** The reason in what was added to the log since: our own words, else those of Node when it could not even begin. */
function lastFailure(path: string, from: number): string | undefined {
  let text: string;
  try {
    const bytes = readFileSync(path);
    text = bytes.subarray(from <= bytes.length ? from : 0).toString();
  } catch {
    return undefined;
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const said = lines.findLast((line) => line.includes(startFailure));
  if (said !== undefined) return said.slice(said.indexOf(startFailure) + startFailure.length);
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
