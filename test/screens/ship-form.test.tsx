import { afterEach, describe, expect, it } from 'vitest';
import { keys } from '../support/fake-terminal.tsx';
import { type StartedProgram, startProgram } from '../support/program.tsx';

let program: StartedProgram | undefined;
afterEach(async () => {
  program?.account.making.end();
  await program?.quit();
  program = undefined;
});

/** The form, on the newest good build. */
async function form(given: Parameters<typeof startProgram>[0] = {}) {
  program = startProgram(given);
  const { terminal } = program;
  await terminal.until((text) => text.includes('9f3c1a2b'), 'the builds');
  terminal.type('jjD');
  await terminal.until((text) => text.includes('Link lives for'), 'the form');
  return terminal;
}

describe('the form before a package is made', () => {
  it('stands whole on the smallest terminal, with what its fields mean', async () => {
    const terminal = await form();
    expect(terminal.rows().slice(1, 15)).toEqual([
      '',
      ' Make a package of the newest good builds',
      '',
      ' › Link lives for   48▏',
      '                    hours, until about Sun 22 Nov 10:35 UTC',
      '',
      '   Allowed from',
      '                    anywhere',
      '',
      '   Package folder',
      '                    none: what the builds and the profile give',
      '',
      '   Whole hours, 1 to 168 (a week). Where the credentials that sign end sooner,',
      '   that is said first.',
    ]);
    expect(terminal.rows().at(-1)).toBe('⏎ make it  esc cancel  backspace erase  Tab ↓ next  ↑ previous');
  });

  it('says what is wrong below the field, once it was tried or left', async () => {
    const terminal = await form();
    terminal.type('9');
    await terminal.until((text) => /168, not "489"\./.test(text));
    terminal.type(keys.enter);
    await terminal.until((text) => /168, not "489"\./.test(text) && text.includes('489▏'));
    terminal.type('\x7f');
    terminal.type('\t10.0.0.5/8');
    await terminal.until((text) => /"10\.0\.0\.5\/8" has bits set behind its prefix\./.test(text));
    terminal.type('\x1b');
    await terminal.until((text) => !text.includes('Link lives for'), 'the builds again');
  });

  it('shows the end of a list that is longer than its field, and what it means', async () => {
    const terminal = await form();
    terminal.type('\t');
    const list = Array.from({ length: 12 }, (_, n) => `203.0.113.${n}`).join(',');
    terminal.type(list);
    await terminal.until((text) => /› Allowed from {5}…\S+203\.0\.113\.11▏$/m.test(text));
    const rows = terminal.rows();
    expect(rows.every((row) => [...row].length <= 80)).toBe(true);
    expect(rows.join('\n')).toContain('203.0.113.0/32, 203.0.113.1/32');
  });

  it('sends the run off with what stands in it', async () => {
    const terminal = await form();
    terminal.type('\x7f\x7f24\t203.0.113.7\tdist');
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('link for 24 h'), 'the run');
    expect(program?.account.done).toEqual(['make 24']);
  });

  it('says below its own field, and only there, that there is no such folder', async () => {
    const terminal = await form();
    terminal.type('\t\t~/nowhere');
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('The folder ~/nowhere does not exist.'));
    const rows = terminal.rows();
    const at = rows.findIndex((row) => row.includes('does not exist'));
    expect(rows[at - 1]).toBe(' › Package folder   ~/nowhere▏');
    expect(rows.filter((row) => row.includes('does not exist'))).toHaveLength(1);
    expect(rows.join()).not.toContain('--package-path');
    expect(program?.account.done).toEqual([]);
    terminal.type('\x7f');
    await terminal.until((text) => text.includes('its files come into the package'));
    terminal.type('\x15~/dist');
    await terminal.until((text) => text.includes('~/dist▏'));
    terminal.type(keys.enter);
    await terminal.until((text) => text.includes('link for 48 h'), 'the run');
    expect(program?.account.asked()?.packagePath).toBe('/home/alice/dist');
  });

  it('is gone through backwards by Shift-Tab', async () => {
    const terminal = await form();
    terminal.type('\x1b[Z');
    await terminal.until((text) => text.includes('› Package folder'));
    terminal.type('\x1b[Z');
    await terminal.until((text) => text.includes('› Allowed from'));
  });

  it('is drawn in ASCII where there is nothing else', async () => {
    const terminal = await form({ capabilities: { unicode: false } });
    expect(terminal.rows().join('\n')).toMatch(/^[\x00-\x7f]*$/);
  });
});
