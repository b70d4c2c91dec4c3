import { afterEach, describe, expect, it } from 'vitest';
import type { PackageEntry } from '../../src/domain/distribution.ts';
import { type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureTime } from '../support/sample-builds.ts';

let program: StartedProgram | undefined;
afterEach(async () => {
  await program?.quit();
  program = undefined;
});

async function listOf(entry: PackageEntry): Promise<StartedProgram> {
  program = startProgram();
  program.account.setPackages([entry]);
  await program.terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
  program.terminal.type('2');
  await program.terminal.until((text) => text.includes('Distributions') && text.includes('updated'));
  return program;
}

describe('an end that was written without a zone', () => {
  it('is said to be taken as local time', async () => {
    const expiresAt = pictureTime + 40 * 3_600_000;
    const url = 'https://get.example.com/a.zip';
    const { terminal } = await listOf({
      key: 'packages/a.zip',
      filename: 'a.zip',
      size: 1,
      modifiedAt: pictureTime,
      state: 'valid',
      expiresAt,
      isEndGuessed: true,
      url,
      links: [{ url, expiresAt, isEndGuessed: true }],
    });
    expect(terminal.text()).toContain('works until Sun 22 Nov 02:35 UTC, taken as local time');
  });
});
