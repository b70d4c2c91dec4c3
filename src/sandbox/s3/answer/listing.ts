import { compareKeys, firstIndex } from '../storage/key-order.ts';

/** A line of a listing: a key, or the common prefix that stands for all keys beginning with it. */
export type Entry = { kind: 'key' | 'prefix'; name: string };

export type PageRequest = {
  prefix: string;
  /** Keys are rolled up to its first occurrence after the prefix; empty for none. */
  delimiter: string;
  /** Where the former page ended, or what the client has already: only what comes after it is listed. */
  after: string | undefined;
  limit: number;
};

export type Page = {
  entries: Entry[];
  /** More follows after the last entry. */
  truncated: boolean;
};

/**
 * A page of the keys for which `visible` holds, as S3 lists them. `keys` must be in S3's order. A page that ended with
 * a common prefix goes on behind all keys of that prefix.
 */
export function listPage(
  keys: readonly string[],
  request: PageRequest,
  visible: (key: string) => boolean = () => true,
): Page {
  const { prefix, delimiter, after, limit } = request;
  const entries: Entry[] = [];
  const behindMarker =
    after === undefined
      ? () => true
      : rollUp(after, prefix, delimiter) === after
        ? (key: string) => isBehind(key, after)
        : (key: string) => compareKeys(key, after) > 0;
  let at = firstIndex(keys, (key) => compareKeys(key, prefix) >= 0 && behindMarker(key));
  while (at < keys.length) {
    const key = keys[at] as string;
    if (!key.startsWith(prefix)) break;
    if (!visible(key)) {
      at += 1;
      continue;
    }
    if (entries.length >= limit) return { entries, truncated: limit > 0 };
    const rolled = rollUp(key, prefix, delimiter);
    entries.push(rolled === undefined ? { kind: 'key', name: key } : { kind: 'prefix', name: rolled });
    at = rolled === undefined ? at + 1 : firstIndex(keys, (other) => isBehind(other, rolled));
  }
  return { entries, truncated: false };
}

/** The common prefix a key is rolled up to; undefined for a key that is listed itself. */
export function rollUp(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const found = key.indexOf(delimiter, prefix.length);
  return found === -1 ? undefined : key.slice(0, found + delimiter.length);
}

/** In order after the prefix and all that begins with it. */
function isBehind(key: string, prefix: string): boolean {
  return compareKeys(key, prefix) > 0 && !key.startsWith(prefix);
}

export type VersionRow<V> =
  | { kind: 'version'; key: string; version: V; newest: boolean }
  | { kind: 'prefix'; name: string };

export type VersionPage<V> = { rows: VersionRow<V>[]; truncated: boolean };

/**
 * A page of all versions, newest first within a key. `versionAfter` goes on behind that version of the key `after`;
 * without it the page begins behind the key.
 */
export function listVersionPage<V extends { versionId: string }>(
  keys: readonly string[],
  versionsOf: (key: string) => readonly V[],
  request: PageRequest & { versionAfter: string | undefined },
): VersionPage<V> {
  const { after, versionAfter, limit } = request;
  const rows: VersionRow<V>[] = [];
  const addVersions = (key: string, behind?: string) => {
    const versions = versionsOf(key);
    const from = behind === undefined ? 0 : versions.findIndex(({ versionId }) => versionId === behind) + 1;
    for (const version of versions.slice(from)) {
      rows.push({ kind: 'version', key, version, newest: version === versions[0] });
    }
  };
  if (after !== undefined && versionAfter !== undefined) addVersions(after, versionAfter);
  // Every key has a version, so that this many keys fill the page.
  const page = listPage(keys, request);
  for (const entry of page.entries) {
    if (rows.length > limit) break;
    if (entry.kind === 'prefix') rows.push({ kind: 'prefix', name: entry.name });
    else addVersions(entry.name);
  }
  return { rows: rows.slice(0, limit), truncated: limit > 0 && (rows.length > limit || page.truncated) };
}
