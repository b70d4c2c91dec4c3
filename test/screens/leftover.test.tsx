import { afterEach, describe, expect, it } from 'vitest';
import { keys } from '../support/fake-terminal.tsx';
import { leftover } from '../support/leftover.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { pictureAccount, type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureTime } from '../support/sample-builds.ts';

let program: StartedProgram | undefined;
afterEach(async () => {
  await program?.quit();
  program = undefined;
});

describe('a distribution that was cut off', () => {
  it('is asked about at the start, whole at 80 columns, and finished by Enter', async () => {
    const account = pictureAccount(createManualClock(pictureTime));
    account.setLeftovers([leftover]);
    program = startProgram({ account });
    const { terminal } = program;
    await terminal.until((text) => text.includes('A distribution was cut off'));
    const rows = terminal.rows();
    expect(rows.slice(-3).join('\n')).toContain(leftover.filename);
    expect(rows.slice(-3).join(' ').replace(/\s+/g, ' ')).toContain('61% of 100 MiB uploaded. Finish it or');
    expect(rows.at(-1)).toMatch(/finish.*clean up.*later/);
    terminal.type(keys.enter);
    account.making.push({ kind: 'step', step: 'UPLOAD', state: 'started' });
    account.making.push({
      kind: 'progress',
      step: 'UPLOAD',
      done: 70e6,
      total: 100e6,
      rate: 12.3e6,
    });
    await terminal.until((text) => text.includes('70%  12.3 MB/s, <10 s left'), 'the rate');
    expect(account.done).toContain(`resume ${leftover.id}`);
  });
});
