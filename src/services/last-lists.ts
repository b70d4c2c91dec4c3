import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LastList, lastListText, parseLastList } from '../domain/last-list.ts';

/** Larger than any list that was kept by us. */
const mostBytes = 1 << 20;
/** Accounts whose lists are kept; the one written longest ago goes first. */
const mostFiles = 16;

/**
 * The list kept under this mark of an account; undefined where there is none that can be used. Plain and quick: it is
 * what the first picture waits for.
 */
export function readLastList(dir: string, mark: string, now: number): LastList | undefined {
  try {
    const path = join(dir, `${mark}.json`);
    if (statSync(path).size > mostBytes) return undefined;
    return parseLastList(readFileSync(path, 'utf8'), now);
  } catch {
    return undefined;
  }
}

/**
 * Keeps the list under this mark: in one step, readable by its owner alone. At once, as it is also done when the
 * program ends. What cannot be written is not kept: it would only have been a help.
 */
export function writeLastList(dir: string, mark: string, list: LastList): void {
  const path = join(dir, `${mark}.json`);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, lastListText(list), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
    prune(dir);
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Nothing more can be done.
    }
  }
}

function prune(dir: string): void {
  const names = readdirSync(dir);
  if (names.length <= mostFiles) return;
  const byAge = names
    .map((name) => ({ path: join(dir, name), at: statSync(join(dir, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of byAge.slice(mostFiles)) rmSync(path, { force: true });
}
