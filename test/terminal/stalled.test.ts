import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startInPty } from '../support/pty.ts';

const flood = fileURLToPath(new URL('../support/flood-terminal.ts', import.meta.url));

it('goes on drawing and leaves while the terminal reads nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ccwb-tui-'));
  const socket = join(folder, 's');
  const drawn = Promise.withResolvers<void>();
  const server = createServer((connection) => connection.on('data', () => drawn.resolve())).listen(socket);
  const program = startInPty(process.execPath, [flood, socket], {
    cwd: folder,
    columns: 120,
    rows: 40,
    env: {},
  });
  try {
    program.stopReading();
    // 2,000 pictures of 4,800 cells are far more than any buffer holds: a program that waits never gets there.
    await drawn.promise;
    expect(program.output().length).toBeLessThan(1_000_000);
    program.send('q');
    expect((await program.ended).exitCode).toBe(0);
  } finally {
    await program.dispose();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
