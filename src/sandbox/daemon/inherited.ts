import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** Linux, for every architecture Node runs on here: `flags` of fdinfo are octal. */
const closeOnExec = 0o2000000;
const fdinfo = '/proc/self/fdinfo';

/**
 * Closes the descriptors that the starter's shell left open, such as the pipe of `> >(tee log)`, whose reader would wait
 * for the end of the sandbox. Node's own have close-on-exec set and what came over an exec has not, so none is mistaken.
 * Node marks the first ones itself when it starts, but stops at a gap, and shells leave theirs high up.
 * Only on Linux: elsewhere there is no fdinfo, and on macOS libuv starts processes with POSIX_SPAWN_CLOEXEC_DEFAULT,
 * which inherits nothing but what is asked for.
 */
export function closeInherited(): void {
  let numbers: string[];
  try {
    numbers = readdirSync(fdinfo);
  } catch {
    return;
  }
  for (const number of numbers) {
    const fd = Number(number);
    if (fd <= 2) continue;
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`${fdinfo}/${number}`, 'utf8'))?.[1];
      if (flags === undefined || (Number.parseInt(flags, 8) & closeOnExec) !== 0) continue;
      closeSync(fd);
    } catch {
      // Gone already: the listing itself was one of them.
    }
  }
}
