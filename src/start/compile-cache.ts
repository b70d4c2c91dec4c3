import { mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { programFolders } from './folders.ts';

/** Keeps what V8 compiles from one run to the next, in a folder of the user's own: others could put code there. */
export function keepCompiledCode({ platform, env }: Pick<NodeJS.Process, 'platform' | 'env'>): void {
  const dir = join(programFolders(platform, env, env.HOME || homedir()).data, 'compiled');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // From Node 22.1 on.
    module.enableCompileCache?.(dir);
  } catch {
    // It would only have been quicker.
  }
}
