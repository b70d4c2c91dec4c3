import { mkdirSync } from 'node:fs';
import { AppError } from '../domain/errors.ts';
import type { Settings, SettingsStore } from '../domain/settings.ts';
import { cleanText } from './clean-text.ts';
import { checkedSettings, fileName, readSettings, settingsPath } from './read-settings.ts';

export type SettingsFile = SettingsStore & {
  /** Waits until every `update` is on disk; await it before the process ends. Throws AppError where one could not be written. */
  settled(): Promise<void>;
};

/**
 * Settings in `dir/settings.json`. Reading is plain and quick, as it happens before the first picture; writing is
 * `conf`'s (atomic, mode 0600, unknown keys kept), which is loaded at the first `update` only.
 */
export function createSettings({ dir }: { dir: string }): SettingsFile {
  const path = settingsPath(dir);
  let unwritten: Partial<Settings> = {};
  let writing: Promise<void> = Promise.resolve();
  let failure: unknown;

  const read = (): Settings => readSettings(dir, unwritten);

  const write = async () => {
    const change = unwritten;
    if (Object.keys(change).length === 0) return;
    try {
      const { default: Conf } = await import('conf');
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const store = new Conf({
        cwd: dir,
        configName: fileName,
        projectName: 'ccwb-tui',
        configFileMode: 0o600,
        // A broken file is the user's to mend.
        clearInvalidConfig: false,
        accessPropertiesByDotNotation: false,
      });
      store.set(change);
      unwritten = Object.fromEntries(
        Object.entries(unwritten).filter(([key, value]) => change[key as keyof Settings] !== value),
      );
    } catch (error) {
      failure = error;
    }
  };

  return {
    path,
    read,
    update(change) {
      // Both throw at once, before anything is touched: a broken file, and a value that would break it.
      read();
      checkedSettings(path, { ...unwritten, ...change });
      unwritten = { ...unwritten, ...change };
      writing = writing.then(write);
    },
    async settled() {
      await writing;
      if (failure === undefined) return;
      const cause = failure;
      failure = undefined;
      throw new AppError({
        kind: 'failed',
        message: `The settings could not be written to ${path}: ${cleanText(String(cause))}.`,
        hint: 'Is the folder writable, and is there room on the disk?',
        cause,
      });
    },
  };
}
