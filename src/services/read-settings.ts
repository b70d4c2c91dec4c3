import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { Settings } from '../domain/settings.ts';
import { cleanText } from './clean-text.ts';
import { parseSettings } from './settings-schema.ts';

/** Without the ending that `conf` gives it. */
export const fileName = 'settings';

export const settingsPath = (dir: string) => join(dir, `${fileName}.json`);

/**
 * The settings in `dir`, with defaults for what the file leaves out, and `unwritten` instead of what it says.
 * @throws AppError `usage` where the file is broken.
 */
export function readSettings(dir: string, unwritten: Partial<Settings> = {}): Settings {
  const path = settingsPath(dir);
  return checkedSettings(path, { ...readJson(path), ...unwritten });
}

function readJson(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw broken(path, cleanText(message), error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw broken(path, 'it is not JSON', error);
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
  throw broken(path, 'it holds no object');
}

/** @throws AppError `usage` naming the file and what is wrong with it. */
export function checkedSettings(path: string, json: Record<string, unknown>): Settings {
  const parsed = parseSettings(json);
  if ('settings' in parsed) return parsed.settings;
  throw broken(path, cleanText(parsed.problem));
}

function broken(path: string, why: string, cause?: unknown): AppError {
  return new AppError({
    kind: 'usage',
    message: `The settings file ${path} is broken: ${why}.`,
    hint: 'Mend it, or move it away to begin with the defaults; it is left as it is.',
    cause,
  });
}
