import { join } from 'node:path';

/** The sandbox's own folder in the program's data folder. */
export function sandboxDir(dataDir: string): string {
  return join(dataDir, 'sandbox');
}

/** Held by the process that serves. */
export function lockFile(dir: string): string {
  return join(dir, 'lock');
}

/** Where the process that serves can be reached. */
export function daemonFile(dir: string): string {
  return join(dir, 'daemon.json');
}

/** What a sandbox in the background has to say. */
export function logFile(dir: string): string {
  return join(dir, 'daemon.log');
}

/** All that a reset forgets; the secret, the port and the log stay. */
export const forgotten = [
  ...['builds', 'logs', 's3', 'ssm.json', 'distributor.json'],
  ...['account.json', 'home', 'tmp'],
] as const;
