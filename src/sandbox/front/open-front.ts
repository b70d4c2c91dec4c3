import { randomInt } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import { keepPort, type SandboxSecret } from '../daemon/secret.ts';
import { type Front, type FrontOptions, startFront } from './front.ts';

/** Below what Linux, macOS and Windows hand out by themselves: nobody gets it by chance while the sandbox is down. */
const ports = { first: 21_000, last: 31_999 };
const tries = 32;

export type OpenFrontOptions = Omit<FrontOptions, 'port' | 'secret'> & {
  dir: string;
  secret: SandboxSecret;
  /** Absent: the kept one, else any; 0: any, not remembered. */
  port: number | undefined;
};

/**
 * Opens the front where links of earlier runs still point, if that can be had, and remembers where it is.
 * @throws AppError `conflict` where the asked port is taken, or none is free.
 */
export async function openFront(options: OpenFrontOptions): Promise<{ front: Front; notice?: string }> {
  const { dir, secret, port: asked } = options;
  if (asked !== undefined) {
    const front = await tryPort(options, asked);
    if (front === undefined) {
      throw new AppError({
        kind: 'conflict',
        message: `Port ${asked} is taken by another program.`,
        hint: 'Give another port, or none.',
      });
    }
    if (asked !== 0) await keepPort(dir, secret, front.port);
    return { front };
  }
  if (secret.port !== undefined) {
    const front = await tryPort(options, secret.port);
    if (front !== undefined) return { front };
  }
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const front = await tryPort(options, randomInt(ports.first, ports.last + 1));
    if (front === undefined) continue;
    await keepPort(dir, secret, front.port);
    if (secret.port === undefined) return { front };
    const notice = `Another program has taken port ${secret.port}: the sandbox is now at ${front.port}, and its older links do not work.`;
    options.log(notice);
    return { front, notice };
  }
  throw new AppError({
    kind: 'conflict',
    message: `No free port was found between ${ports.first} and ${ports.last}.`,
    hint: 'Give one: ccwb-tui sandbox serve --port N',
  });
}

async function tryPort(options: OpenFrontOptions, port: number): Promise<Front | undefined> {
  try {
    return await startFront({ ...options, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return undefined;
    throw error;
  }
}
