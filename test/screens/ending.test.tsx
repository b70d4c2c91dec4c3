import { afterEach, describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import { keys } from '../support/fake-terminal.tsx';
import { type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureBuilds, pictureTime } from '../support/sample-builds.ts';

let program: StartedProgram | undefined;
afterEach(async () => {
  await program?.quit();
  program = undefined;
});

const [running, ...others] = pictureBuilds() as [Build, ...Build[]];
const succeeded: Build = { ...running, status: 'SUCCEEDED', endedAt: pictureTime };

/** Opens the running build, has it end, and waits until that is said. */
async function ended(given: Parameters<typeof startProgram>[0] = {}): Promise<StartedProgram> {
  program = startProgram(given);
  const { terminal, account } = program;
  await terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
  terminal.type(keys.enter);
  await terminal.until((text) => text.includes(' log '), 'the build');
  account.setBuilds([succeeded, ...others]);
  await terminal.until((text) => text.includes('has ended'), 'the end');
  return program;
}

describe('the end of a build that is open', () => {
  it('rings once, names itself in the title and on the desktop, and is among the messages', async () => {
    const { terminal } = await ended();
    expect(terminal.calls).toEqual([
      'open',
      'bell',
      'title ✓ windows 9f3c1a2b – ccwb-tui',
      'notify ccwb-tui | windows 9f3c1a2b: Succeeded',
    ]);
    terminal.type('!');
    await terminal.until((text) => /Build 9f3c1a2b \(windows\) has ended after \S+: Succeeded/.test(text));
  });

  it('is told in ASCII where nothing else may be drawn', async () => {
    const { terminal } = await ended({ capabilities: { unicode: false } });
    expect(terminal.calls).toContain('title + windows 9f3c1a2b - ccwb-tui');
  });

  it.each([
    [{ bell: false, title: true, desktop: true }, /^title .*notify /],
    [{ bell: true, title: false, desktop: true }, /^bell .*notify /],
    [{ bell: true, title: true, desktop: false }, /^bell title [^|]*$/],
    [{ bell: false, title: false, desktop: false }, /^$/],
  ])('is told as the settings want it: %j', async (notify, calls) => {
    const { terminal } = await ended({ settings: { notify } });
    expect(terminal.calls.slice(1).join(' ')).toMatch(calls);
  });
});
