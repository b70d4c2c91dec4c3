import type { Target } from '../domain/build.ts';
import { AppError } from '../domain/errors.ts';

const usage = (message: string, hint: string) => new AppError({ kind: 'usage', message, hint });

const msPer = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `30m`, `2h`, `1d` → milliseconds. */
export function parseSince(text: string): number {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text);
  const unit = match?.[2] as keyof typeof msPer | undefined;
  if (match && unit) return Number(match[1]) * msPer[unit];
  throw usage(
    `--since takes an age, not '${text}'.`,
    'Write a whole number with s, m, h or d: 90s, 30m, 2h, 1d.',
  );
}

/** A regular expression as JavaScript reads it; `smart case`: a pattern without capitals matches both. */
export function parseRegExp(text: string): RegExp {
  try {
    return new RegExp(text, /\p{Lu}/u.test(text.replace(/\\./g, '')) ? '' : 'i');
  } catch (error) {
    const reason = (error as Error).message.replace(/^.*: /, '');
    throw usage(
      `--filter takes a regular expression; '${text}' is none: ${reason}.`,
      'Quote special characters with \\.',
    );
  }
}

const targets = [
  'all',
  'windows',
  'linux-x64',
  'linux-arm64',
  'linux',
  'macos',
  'macos-arm64',
  'macos-intel',
];

/** A comma list of ccwb's target names, each known, none empty. */
export function parseTargets(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !targets.includes(name));
  if (unknown === undefined) return names;
  throw usage(`--target-platform does not know '${unknown}'.`, `Targets: ${targets.join(', ')}.`);
}

/** The builds of an option that may be given several times, with one more. */
export function parseBuilds(text: string, before: readonly string[] = []): string[] {
  // Most likely a variable that is not set: something else than meant would be shipped.
  if (text === '')
    throw usage('--build needs a value.', 'Name a build: latest, an id, or the beginning of one.');
  return [...before, text];
}

/** Whether a target of a project is asked for by a list of {@link parseTargets}. */
export function wanted(names: readonly string[], target: Target): boolean {
  return names.some(
    (name) => name === 'all' || name === target || (target !== 'unknown' && target.startsWith(`${name}-`)),
  );
}
