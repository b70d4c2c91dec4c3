import type { StreamFile } from './stream-file.ts';
import type { StoredEvent } from './types.ts';

/** Place of an event in the order of a group: by time, then stream, then order of writing. */
export type EventKey = { timestamp: number; stream: string; sequence: number };

export type MergeOptions = {
  newestFirst: boolean;
  /** Epoch ms, both inclusive. */
  from: number;
  to: number;
  /** Go on behind this event, in the direction of reading. */
  after?: EventKey | undefined;
};

/** Events read from one stream at a time. */
const chunkEvents = 500;

/** The events of several streams in one order, read as they are taken. */
export async function* mergeStreams(
  streams: readonly { name: string; file: StreamFile }[],
  options: MergeOptions,
): AsyncGenerator<{ stream: string; event: StoredEvent }> {
  const cursors: Cursor[] = [];
  for (const { name, file } of streams) {
    const span = file.facts().span;
    if (span === undefined || span.firstTimestamp > options.to || span.lastTimestamp < options.from) continue;
    const cursor = await cursorOf(name, file, options);
    if (cursor.head !== undefined) cursors.push(cursor);
  }
  const precedes = (a: Cursor, b: Cursor): boolean => {
    const order = (a.head?.timestamp ?? 0) - (b.head?.timestamp ?? 0) || (a.name < b.name ? -1 : 1);
    return options.newestFirst ? order > 0 : order < 0;
  };
  while (cursors.length > 0) {
    const first = cursors.reduce((best, cursor) => (precedes(cursor, best) ? cursor : best));
    if (first.head !== undefined) yield { stream: first.name, event: first.head };
    await first.advance();
    if (first.head === undefined) cursors.splice(cursors.indexOf(first), 1);
  }
}

type Cursor = {
  name: string;
  /** Undefined at the end. */
  head: StoredEvent | undefined;
  advance(): Promise<void>;
};

async function cursorOf(name: string, file: StreamFile, options: MergeOptions): Promise<Cursor> {
  const { newestFirst, from, to, after } = options;
  const begin = await file.firstAt(from);
  const end = await file.firstAt(to + 1);
  /** Next to read, upwards from `low` or downwards from `high`. */
  let low = begin;
  let high = end;
  if (after !== undefined) {
    const place = await placeOf(name, file, after);
    if (newestFirst) high = Math.min(high, place.before);
    else low = Math.max(low, place.behind);
  }
  let chunk: StoredEvent[] = [];
  const cursor: Cursor = {
    name,
    head: undefined,
    async advance() {
      if (chunk.length === 0 && low < high) {
        const wanted = Math.min(chunkEvents, high - low);
        if (newestFirst) {
          chunk = (await file.before(high, wanted)).reverse();
          high = chunk.at(-1)?.sequence ?? low;
        } else {
          chunk = await file.from(low, wanted);
          low = (chunk.at(-1)?.sequence ?? high - 1) + 1;
        }
        // Taken from the end, which costs nothing.
        chunk.reverse();
      }
      cursor.head = chunk.pop();
    },
  };
  await cursor.advance();
  return cursor;
}

/** Where an event of any stream stands among those of this one: first number behind it, first number not before it. */
async function placeOf(
  name: string,
  file: StreamFile,
  key: EventKey,
): Promise<{ behind: number; before: number }> {
  if (name === key.stream) return { behind: key.sequence + 1, before: key.sequence };
  const place = await file.firstAt(name < key.stream ? key.timestamp + 1 : key.timestamp);
  return { behind: place, before: place };
}
