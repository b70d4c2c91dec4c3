import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { ProfilesService } from '../../src/domain/ports/profiles.ts';
import { keys } from '../support/fake-terminal.tsx';
import { pictureAccount, type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureTime } from '../support/sample-builds.ts';

const second = 1_000;
const profiles: ProfilesService = {
  list: async () => ({
    profiles: [
      {
        name: 'ClaudeCode',
        awsRegion: 'us-east-1',
        identityPoolName: 'claude-code-auth',
        stackNames: {},
        extraFiles: [],
      },
    ],
    active: 'ClaudeCode',
    awsProfiles: ['default'],
  }),
};

let program: StartedProgram | undefined;
afterEach(async () => {
  await program?.quit();
  program = undefined;
});

async function start(given: Parameters<typeof startProgram>[0] = {}): Promise<StartedProgram> {
  program = startProgram(given);
  await program.terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
  return program;
}

/** The program as it is started without saying where to go. */
async function firstRun(settings = {}): Promise<StartedProgram> {
  const started = startProgram({ settings, deps: { profiles, options: { readOnly: false } } });
  program = started;
  return started;
}

describe('the first run', () => {
  it('asks where builds shall run and says what the sandbox does', async () => {
    const { terminal } = await firstRun();
    await terminal.until((text) => text.includes('default'));
    expect(terminal.rows().slice(0, 15)).toEqual([
      'ccwb-tui › Welcome',
      '',
      '  Build the Claude Code sign-in programs of your company, watch the builds,',
      '  hand them out.',
      '',
      '  Where shall builds run?',
      '',
      '  › Sandbox                 on this machine, no AWS account needed',
      '    ClaudeCode              AWS us-east-1, profile of ccwb, active',
      '    default                 AWS, profile of the AWS configuration',
      '',
      '  The sandbox is no isolation: it runs the commands of the buildspec on this',
      '  machine, as you.',
      '  It answers on 127.0.0.1 only and needs no AWS account.',
      '  P chooses another place at any time.',
    ]);
    expect(terminal.rows().at(-1)).toBe('↑↓ move  ⏎ choose  q quit  ? more');
  });

  it('takes the sandbox with Enter and remembers that', async () => {
    const { terminal, settings } = await firstRun();
    await terminal.until((text) => text.includes('› Sandbox'));
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('9f3c1a2b'));
    expect(settings.saved).toEqual([{ place: 'sandbox' }]);
  });

  it('is skipped once it was answered', async () => {
    const { terminal } = await firstRun({ place: 'aws', profile: 'ClaudeCode' });
    await terminal.until((text) => text.includes('9f3c1a2b'));
    expect(terminal.rows()[0]).toContain('ClaudeCode us-east-1');
  });

  it('leads to the choice again where the account settled on earlier is gone', async () => {
    const error = new AppError({ kind: 'not-found', message: 'There is no profile gone.' });
    const started = startProgram({
      settings: { place: 'aws', profile: 'gone' },
      deps: { profiles, options: { readOnly: false }, connect: () => Promise.reject(error) },
    });
    program = started;
    await started.terminal.until((text) => text.includes('Where shall builds run?'));
    expect(started.terminal.text()).toContain('There is no profile gone.');
  });

  it('is left with q', async () => {
    const { terminal, ended } = await firstRun();
    await terminal.until((text) => text.includes('› Sandbox'));
    expect(terminal.asked()).toBe(1);
    terminal.type('q');
    await expect(ended).resolves.toBe(0);
    expect(terminal.calls).toEqual(['open', 'close']);
  });
});

describe('starting', () => {
  it('ends with the message and nothing drawn over it where the account on the command line is wrong', async () => {
    const error = new AppError({ kind: 'not-found', message: 'There is no profile nope.' });
    const started = startProgram({ deps: { connect: () => Promise.reject(error) } });
    await expect(started.ended).rejects.toBe(error);
    expect(started.terminal.calls).toEqual(['open', 'close']);
    expect(started.terminal.asked()).toBe(0);
  });

  it('opens nothing where the settings cannot be read', async () => {
    const error = new AppError({ kind: 'invalid', message: 'The settings are broken.' });
    const settings = {
      path: '/nowhere',
      read: () => {
        throw error;
      },
      update: () => {},
    };
    const started = startProgram({ deps: { settings } });
    await expect(started.ended).rejects.toBe(error);
    expect(started.terminal.calls).toEqual([]);
  });

  it('shows what is wrong with the connection, tries on, and goes on when it is mended', async () => {
    let isMended = false;
    const error = new AppError({
      kind: 'credentials',
      message: 'The SSO session of ClaudeCode has expired.',
      hint: 'aws sso login --profile ClaudeCode',
    });
    const fake = startProgram();
    await fake.quit();
    const started = startProgram({
      account: fake.account,
      deps: { connect: (...args) => (isMended ? fake.account.connect(...args) : Promise.reject(error)) },
    });
    program = started;
    await started.terminal.until((text) => text.includes('aws sso login --profile ClaudeCode'));
    expect(started.terminal.rows()[0]).toMatch(/ClaudeCode ▲ trouble$/);
    isMended = true;
    await started.clock.advance(2 * second);
    await started.terminal.until((text) => text.includes('9f3c1a2b'));
  });
});

describe('leaving', () => {
  it('gives the terminal back, closes the account and ends every stream', async () => {
    const { terminal, account, ended } = await start();
    terminal.type('q');
    await expect(ended).resolves.toBe(0);
    expect(terminal.calls).toEqual(['open', 'close']);
    expect(account.openStreams()).toEqual([]);
    expect(account.isClosed()).toBe(true);
  });

  it('suspends with Ctrl-Z and stays', async () => {
    const { terminal } = await start();
    terminal.type(keys.ctrlZ);
    terminal.type('j');
    await terminal.until((text) => text.includes('› c07d55e1'));
    expect(terminal.calls).toEqual(['open', 'suspend']);
  });
});

describe('a screen that breaks', () => {
  it('ends the program in order, with one line, and writes the stack to the debug file', async () => {
    const logged: string[] = [];
    const started = startProgram({ deps: { log: (line) => logged.push(line) } });
    await started.terminal.until((text) => text.includes('9f3c1a2b'));
    // A list that is none: what a wrong answer of a service would do to a screen.
    started.account.setBuilds([{ id: 'x' } as never]);
    await expect(started.ended).rejects.toMatchObject({
      kind: 'bug',
      message: expect.stringMatching(/^The screen broke: /),
    });
    expect(started.terminal.calls).toEqual(['open', 'close']);
    expect(logged.join('\n')).toMatch(/crash \w*Error: [\s\S]*at /);
  });
});

describe('help', () => {
  it('lists all keys with what they do, off ones with the reason, and scrolls to the last', async () => {
    const { terminal } = await start();
    terminal.type('?');
    await terminal.until((text) => text.includes('Screens'));
    expect(terminal.text()).toContain('off: Build 9f3c1a2b is still running: x stops it.');
    expect(terminal.text()).toMatch(/▼ \d+ more/);
    terminal.type(keys.pageDown + keys.pageDown + keys.pageDown);
    await terminal.until((text) => text.includes('suspend the program; fg brings it back'));
    expect(terminal.text()).not.toMatch(/▼ \d+ more/);
    expect(terminal.text()).toContain('all keys');
    terminal.type(keys.esc);
    await terminal.until((text) => text.includes('9f3c1a2b'));
  });
});

describe('messages', () => {
  it('keep what was said, the newest first', async () => {
    const { terminal } = await start();
    terminal.type('r');
    await terminal.until((text) => text.includes('still running'));
    terminal.type('j');
    terminal.type('y');
    await terminal.until((text) => text.includes('sent to the clipboard'));
    terminal.type('!');
    await terminal.until((text) => text.includes('10:35:16  The id of build'));
    const rows = terminal.rows();
    expect(rows.findIndex((row) => row.includes('clipboard'))).toBeLessThan(
      rows.findIndex((row) => row.includes('still running')),
    );
    terminal.type('!');
    await terminal.until((text) => text.includes('STARTED'));
  });
});

describe('the console link', () => {
  it('is copied, shown whole and opened where there is a browser', async () => {
    const { terminal, opened } = await start();
    terminal.type('o');
    await terminal.until((text) => text.includes('The browser was asked to open it.'));
    expect(opened).toEqual(terminal.copied);
    expect(opened[0]).toMatch(/^https:\/\/us-east-1\.console\.aws\.amazon\.com\/.*\?region=us-east-1$/);
    const shown = terminal
      .rows()
      .slice(3, 6)
      .map((row) => row.trim())
      .join('');
    expect(shown).toBe(opened[0]);
    terminal.type('u');
    terminal.type(keys.esc);
    await terminal.until((text) => text.includes('STARTED'));
    expect(terminal.shownRaw.join('').split('\n')).toContain(opened[0]);
  });

  it('starts no browser over SSH', async () => {
    const { terminal, opened } = await start({ capabilities: { ssh: true } });
    terminal.type('o');
    await terminal.until((text) => text.includes('AWS console'));
    expect(opened).toEqual([]);
    expect(terminal.copied).toHaveLength(1);
    expect(terminal.text()).not.toContain('browser');
  });
});

describe('another profile', () => {
  it('is opened with P, and the streams of the last one end', async () => {
    const { terminal, account, settings } = await start({ deps: { profiles } });
    terminal.type('P');
    await terminal.until((text) => text.includes('default'));
    terminal.type(`jj${keys.enter}`);
    await terminal.until((text) => text.includes('9f3c1a2b'));
    expect(settings.saved).toEqual([{ place: 'aws', profile: 'default' }]);
    expect(account.openStreams()).toEqual(['builds']);
  });
});

describe('the top bar', () => {
  it('shortens a long profile name before anything else', async () => {
    const account = pictureAccount({ now: () => pictureTime });
    const services = {
      ...account.services,
      connection: {
        ...account.services.connection,
        profileName: 'a-very-long-name-of-a-profile-for-sign-in',
      },
      identity: async () => account.services.connection,
    };
    const { terminal } = await start({ account, deps: { connect: async () => services } });
    expect(terminal.rows()[0]).toBe(
      'ccwb-tui › Builds a-very-long-name-of-a-profile-fo… us-east-1 …9012 7h12 ● live',
    );
  });

  it('counts the credentials down by the minute and marks a read-only program', async () => {
    const { terminal, clock } = await start({ options: { readOnly: true } });
    expect(terminal.rows()[0]).toMatch(/read-only ClaudeCode us-east-1 …9012 7h12 ● live$/);
    await clock.advance(31 * second);
    await terminal.until((text) => text.includes(' 7h11 '));
  });
});
