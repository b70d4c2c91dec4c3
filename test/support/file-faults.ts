import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, sep } from 'node:path';

/** A file operation below a watched folder: its name, as `node:fs` has it, and its path. */
export type FileOperation = { nth: number; name: string; path: string };

/**
 * Lets the nth operation on files below some folders fail, as a full or failing disk makes them fail. Everything else of
 * this process goes on as ever, so that a sandbox in it does not feel it.
 */
export type FileFaults = {
  /** From now on, from 1 anew: the error of an operation, or nothing where it is to be done. */
  choose(fault: (operation: FileOperation) => NodeJS.ErrnoException | undefined): void;
  /** The operations since the last `choose`. */
  seen(): readonly FileOperation[];
  /** Gives the process its file system back. */
  restore(): void;
};

const diskErrors = {
  ENOSPC: [-28, 'no space left on device'],
  EIO: [-5, 'i/o error'],
  EACCES: [-13, 'permission denied'],
} as const;

export type DiskError = keyof typeof diskErrors;

/** What Node says where a disk is full, is failing, or may not be used. */
export function diskError(code: DiskError, { name, path }: FileOperation): NodeJS.ErrnoException {
  const [errno, words] = diskErrors[code];
  const text = `${code}: ${words}, ${name} '${path}'`;
  return Object.assign(new Error(text), { code, errno, syscall: name, path });
}

const byPath = {
  promises: [
    'open',
    'mkdir',
    'mkdtemp',
    'readdir',
    'readFile',
    'writeFile',
    'rename',
    'rm',
    'link',
    'lstat',
    'stat',
    'truncate',
  ],
  callbacks: ['open'],
  sync: ['rmSync', 'mkdirSync', 'writeFileSync', 'renameSync', 'openSync'],
} as const;
const byHandle = {
  promises: [
    'read',
    'write',
    'writev',
    'writeFile',
    'readFile',
    'sync',
    'datasync',
    'stat',
    'truncate',
    'close',
  ],
  callbacks: ['read', 'write', 'writev', 'fsync'],
} as const;

type Callable = (...args: unknown[]) => unknown;
type Table = Record<string, Callable>;

/** Watches what happens to `folders` and below, none of which may be a symbolic link. */
export function watchFiles(...folders: readonly string[]): FileFaults {
  let choose: (operation: FileOperation) => NodeJS.ErrnoException | undefined = () => undefined;
  let seen: FileOperation[] = [];
  const originals: [Table, string, Callable][] = [];
  const descriptors = new Map<number, string>();

  const faultOf = (name: string, path: unknown): NodeJS.ErrnoException | undefined => {
    if (typeof path !== 'string' || !folders.some((folder) => `${path}${sep}`.startsWith(join(folder, sep))))
      return undefined;
    const operation = { nth: seen.length + 1, name, path };
    seen.push(operation);
    return choose(operation);
  };
  const replace = (table: object, name: string, make: (original: Callable) => Callable): void => {
    const original = (table as Table)[name];
    if (typeof original !== 'function') return;
    originals.push([table as Table, name, original]);
    (table as Table)[name] = make(original);
  };

  for (const name of byPath.promises) {
    replace(fs.promises, name, (original) => async (path, ...rest) => {
      const fault = faultOf(name, path);
      if (fault) throw fault;
      const result = await original.call(fs.promises, path, ...rest);
      if (name === 'open') watchHandle(result as object, String(path));
      return result;
    });
  }
  const watchHandle = (handle: object, path: string): void => {
    for (const name of byHandle.promises) {
      const original = (handle as Table)[name];
      if (typeof original !== 'function') continue;
      (handle as Table)[name] = async (...args) => {
        const fault = faultOf(name, path);
        // A descriptor is freed even where closing reports an error.
        if (fault && name === 'close') await original.apply(handle, args);
        if (fault) throw fault;
        return original.apply(handle, args);
      };
    }
  };
  for (const name of byPath.callbacks) {
    replace(fs, name, (original) => (path, ...rest) => {
      const done = rest.pop() as (error: unknown, fd?: number) => void;
      const fault = faultOf(name, path);
      if (fault) return setImmediate(() => done(fault));
      return original(path, ...rest, (error: unknown, fd?: number) => {
        if (fd !== undefined) descriptors.set(fd, String(path));
        done(error, fd);
      });
    });
  }
  for (const name of byHandle.callbacks) {
    replace(fs, name, (original) => (fd, ...rest) => {
      const fault = faultOf(name, descriptors.get(fd as number));
      const done = rest.at(-1) as (error: unknown) => void;
      return fault ? setImmediate(() => done(fault)) : original(fd, ...rest);
    });
  }
  replace(fs, 'close', (original) => (fd, ...rest) => {
    descriptors.delete(fd as number);
    return original(fd, ...rest);
  });
  for (const name of byPath.sync) {
    replace(fs, name, (original) => (path, ...rest) => {
      const fault = faultOf(name, path);
      if (fault) throw fault;
      return original(path, ...rest);
    });
  }
  syncBuiltinESMExports();

  return {
    choose(fault) {
      choose = fault;
      seen = [];
    },
    seen: () => [...seen],
    restore() {
      for (const [table, name, original] of originals.reverse()) table[name] = original;
      syncBuiltinESMExports();
    },
  };
}
