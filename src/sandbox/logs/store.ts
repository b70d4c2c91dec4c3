import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../domain/clock.ts';
import { newStreamFile, openStreamFile, type StreamFile } from './stream-file.ts';
import type { LogEvent, LogStore } from './types.ts';

/** A stream by its name; its file is opened when it is first asked for. */
export type Stream = { name: string; open(): Promise<StreamFile> };

export type Group = { name: string; createdAt: number; streams: ReadonlyMap<string, Stream> };

/** The groups and their streams, for the service's reading. */
export type LogReader = { groups(): ReadonlyMap<string, Group> };

const extension = '.log';

/** Streams as files, `<dir>/<group>/<stream>.log`, names percent-encoded. */
export async function createLogStore(
  dir: string,
  clock: Clock,
): Promise<{ store: LogStore; reader: LogReader; close(): Promise<void> }> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const groups = await readGroups(dir, clock);

  const streamOf = (group: string, name: string): LazyStream => {
    let found = groups.get(group);
    if (found === undefined) {
      found = { name: group, createdAt: clock.now(), streams: new Map() };
      groups.set(group, found);
    }
    let stream = found.streams.get(name);
    if (stream === undefined) {
      stream = lazyStream(name, newStreamFile(pathOf(dir, group, name), clock.now()));
      found.streams.set(name, stream);
    }
    return stream;
  };

  const store: LogStore = {
    createStream(group, stream) {
      streamOf(group, stream);
    },
    append(group, stream, events) {
      return streamOf(group, stream).append(events, clock.now());
    },
    async settle(group, stream) {
      await groups.get(group)?.streams.get(stream)?.settle();
    },
    async lastEventAt(group, stream) {
      const file = await groups.get(group)?.streams.get(stream)?.open();
      return file?.facts().span?.lastTimestamp;
    },
    async remove(group, stream) {
      const streams = groups.get(group)?.streams;
      const removed = streams?.get(stream);
      streams?.delete(stream);
      // A write that fails no longer matters; one that is under way must not bring the file back.
      await removed?.settle().catch(() => {});
      await rm(pathOf(dir, group, stream), { force: true });
    },
  };

  return {
    store,
    reader: { groups: () => groups },
    async close() {
      const streams = [...groups.values()].flatMap((group) => [...group.streams.values()]);
      // A disk that is full keeps nobody from ending.
      await Promise.allSettled(streams.map((stream) => stream.settle()));
    },
  };
}

type LazyStream = Stream & {
  append(events: readonly LogEvent[], ingestionTime: number): void | Promise<void>;
  settle(): Promise<void>;
};

function lazyStream(name: string, given: StreamFile | (() => Promise<StreamFile>)): LazyStream {
  let file = typeof given === 'function' ? undefined : given;
  let opening: Promise<StreamFile> | undefined;
  const open = (): Promise<StreamFile> => {
    if (file !== undefined) return Promise.resolve(file);
    opening ??= (given as () => Promise<StreamFile>)().then(
      (opened) => {
        file = opened;
        return opened;
      },
      (error: unknown) => {
        opening = undefined;
        throw error;
      },
    );
    return opening;
  };
  return {
    name,
    open,
    append(events, ingestionTime) {
      if (file !== undefined) return file.append(events, ingestionTime);
      return open().then((opened) => opened.append(events, ingestionTime));
    },
    async settle() {
      if (file !== undefined || opening !== undefined) await (await open()).settle();
    },
  };
}

async function readGroups(
  dir: string,
  clock: Clock,
): Promise<Map<string, { name: string; createdAt: number; streams: Map<string, LazyStream> }>> {
  const groups = new Map<string, { name: string; createdAt: number; streams: Map<string, LazyStream> }>();
  for (const folder of await readdir(dir, { withFileTypes: true })) {
    const name = decodeName(folder.name);
    if (!folder.isDirectory() || name === undefined) continue;
    const path = join(dir, folder.name);
    const streams = new Map<string, LazyStream>();
    for (const file of await readdir(path)) {
      const stream = file.endsWith(extension) ? decodeName(file.slice(0, -extension.length)) : undefined;
      if (stream === undefined) continue;
      streams.set(
        stream,
        lazyStream(stream, () => openStreamFile(join(path, file), clock.now())),
      );
    }
    const { birthtimeMs, mtimeMs } = await stat(path);
    groups.set(name, { name, createdAt: Math.trunc(birthtimeMs || mtimeMs), streams });
  }
  return groups;
}

function pathOf(dir: string, group: string, stream: string): string {
  return join(dir, encodeName(group), `${encodeName(stream)}${extension}`);
}

/** Percent-encoding that leaves no name with a meaning of its own, `..` say. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E');
}

function decodeName(encoded: string): string | undefined {
  try {
    const name = decodeURIComponent(encoded);
    return encodeName(name) === encoded ? name : undefined;
  } catch {
    return undefined;
  }
}
