import type { Processes } from './deps.ts';

/** The processes of the system; handed down by the composition root. */
export const systemProcesses: Processes = {
  pid: process.pid,
  alive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // EPERM: it lives, and is somebody else's.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};
