import { appendFileSync, renameSync, statSync } from 'node:fs';

/** The log and the one before it; a sandbox that errs for weeks fills no disk. */
const maxBytes = 1024 ** 2;

/** Appends lines to a file of bounded size. Never throws: a full disk must not end the server. */
export function createDaemonLog(path: string, now: () => number): (line: string) => void {
  let size = sizeOf(path);
  return (line) => {
    const text = `${new Date(now()).toISOString()} ${line}\n`;
    try {
      if (size > 0 && size + text.length > maxBytes) {
        renameSync(path, `${path}.1`);
        size = 0;
      }
      appendFileSync(path, text, { mode: 0o600 });
      size += text.length;
    } catch {}
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
