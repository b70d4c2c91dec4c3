import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/commands/command-line.ts';
import { exitCodes } from '../../src/domain/errors.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { parseSettings } from '../../src/services/settings-schema.ts';
import { anchors, callsOf, codeBlocks, codeSpans, linkTargets, section, tableRows } from './markdown.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** Options and subcommands that the help of a command lists. */
function helpOf(...command: string[]): { options: string[]; commands: string[] } {
  const line = parseCommandLine([...command, '--help'], '0');
  if (line.kind !== 'text') throw new Error(`${command.join(' ')} has no help`);
  const entries = (pattern: RegExp) => [...line.text.matchAll(pattern)].map(([, name = '']) => name);
  const [, listed = ''] = line.text.split('\nCommands:\n');
  return {
    options: entries(/^ {2}(--[a-z-]+)/gm),
    commands: [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name),
  };
}

const globalOptions = helpOf().options;
const ownOptions = (command: string) =>
  helpOf(...command.split(' '))
    .options.filter((option) => !globalOptions.includes(option))
    .sort();
const commands = helpOf().commands.flatMap((name) => {
  const parts = helpOf(name).commands;
  return parts.length > 0 ? parts.map((part) => `${name} ${part}`) : [name];
});
const optionsIn = (text: string) => codeSpans(text).flatMap((span) => /^--[a-z-]+/.exec(span)?.[0] ?? []);

describe('the README', () => {
  const shell = codeBlocks(readme).flatMap(({ language, text }) => (language === 'sh' ? [text] : []));
  const calls = [...shell, ...codeSpans(readme)].flatMap((text) => callsOf('ccwb-tui', text));

  it('shows command lines', () => {
    expect(calls.length).toBeGreaterThan(20);
  });

  it.each(calls.map((call) => [call.join(' '), call] as const))(
    'shows what can be typed: ccwb-tui %s',
    (_, call) => {
      expect(() => parseCommandLine(call, '0')).not.toThrow();
    },
  );

  const commandRows = tableRows(section(readme, '## Commands')).filter(
    ([first = '']) => codeSpans(first).length > 0 && !first.startsWith('`--'),
  );
  const namesOf = (cell: string) => codeSpans(cell).map((span) => span.replace(/ BUILD$/, ''));

  it('lists every command', () => {
    expect(commandRows.flatMap(([first = '']) => namesOf(first)).sort()).toEqual(commands.sort());
  });

  it.each(commandRows.flatMap((row) => namesOf(row[0] ?? '').map((name) => [name, row.join(' ')] as const)))(
    'lists the options of %s, all and no others',
    (name, row) => {
      expect(optionsIn(row).sort()).toEqual(ownOptions(name));
    },
  );

  it('lists the options that all commands take, all and no others', () => {
    const rows = tableRows(section(readme, '## Commands')).filter(([first = '']) => first.startsWith('`--'));
    expect(rows.flatMap(([first = '']) => optionsIn(first)).sort()).toEqual([...globalOptions].sort());
  });

  it('speaks of options that are there, and under "Not yet" of those that are not', () => {
    const known = new Set([...globalOptions, ...commands.flatMap(ownOptions)]);
    const missing = section(readme, '## Not yet');
    const there = optionsIn(readme.replace(missing, ''));
    // Other programs' options are shown with the name of the program.
    expect(there.filter((option) => !known.has(option) && option !== '--endpoint-url')).toEqual([]);
    expect(
      [...missing.matchAll(/--[a-z-]+/g)].map(([option]) => option).filter((option) => known.has(option)),
    ).toEqual([]);
  });

  it('lists every exit code', () => {
    const codes = tableRows(section(readme, '## Commands')).flatMap(([first = '']) =>
      /^\d+$/.test(first) ? [Number(first)] : [],
    );
    expect(codes).toEqual(Object.values(exitCodes));
  });

  it('shows the default settings', () => {
    const [example] = codeBlocks(section(readme, '## Settings'));
    expect(parseSettings(JSON.parse(example?.text ?? ''))).toEqual({ settings: defaultSettings });
    expect(JSON.parse(example?.text ?? '')).toEqual(defaultSettings);
  });

  it('names npm scripts that are there', () => {
    const used = [...readme.matchAll(/npm (?:run (\S+)|(start|test))\b/g)].map(
      ([, named, own]) => named ?? own ?? '',
    );
    expect(used.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('links to what is there', () => {
    const known = anchors(readme);
    const broken = linkTargets(readme).filter((target) =>
      target.startsWith('#') ? !known.includes(target) : !existsSync(new URL(target, root)),
    );
    expect(broken).toEqual([]);
  });
});
