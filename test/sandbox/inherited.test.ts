import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { expect, it } from 'vitest';

const module = join(import.meta.dirname, '../../src/sandbox/daemon/inherited.ts');
/** High up, as shells leave theirs: what lies low Node looks after itself. */
const left = 40;

it.runIf(process.platform === 'linux')(
  'a descriptor that a shell left open is closed, and the process goes on with its own',
  async () => {
    const script = `
      const { closeInherited } = await import(${JSON.stringify(module)});
      closeInherited();
      process.stdin.on('data', (data) => process.stdout.write('still here: ' + data)).on('end', () => process.exit(7));
    `;
    const stdio = Array.from({ length: left + 1 }, (_, fd) =>
      fd < 2 || fd === left ? ('pipe' as const) : ('ignore' as const),
    );
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio });
    const exit = once(child, 'exit');
    const reader = child.stdio[left as 0] as unknown as Readable;
    const [stdin, stdout] = [child.stdin as Writable, child.stdout as Readable];
    await once(reader.resume(), 'end');
    expect(child.exitCode).toBeNull();
    stdin.write('yes');
    expect(String((await once(stdout, 'data'))[0])).toBe('still here: yes');
    stdin.end();
    expect(await exit).toEqual([7, null]);
  },
);
