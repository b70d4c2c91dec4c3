import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createIo, ReaderGone } from '../../src/commands/io.ts';
import type { AppError } from '../../src/domain/errors.ts';

function ioThatFails(code: string) {
  const write = (_chunk: unknown, _encoding: unknown, done: (error: Error) => void) =>
    done(Object.assign(new Error(`write ${code}`), { code }));
  const stdout = new Writable({ write }) as NodeJS.WriteStream;
  const { stdin, stderr } = process;
  return createIo(
    { stdin, stdout, stderr },
    { color: false, unicode: true, timeZone: 'UTC', code: undefined },
  );
}

describe('the output of a command', () => {
  it('ends quietly where its reader has left', async () => {
    await expect(ioThatFails('EPIPE').out('x')).rejects.toBeInstanceOf(ReaderGone);
  });

  it('is not called written where the disk is full', async () => {
    const io = ioThatFails('ENOSPC');
    await expect(io.out('x')).rejects.toMatchObject({ kind: 'failed' } satisfies Partial<AppError>);
    await expect(io.out('y')).rejects.toThrow('The output could not be written: the disk is full.');
  });
});
