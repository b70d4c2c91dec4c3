import type { Clock } from '../../domain/clock.ts';
import { AppError } from '../../domain/errors.ts';
import type { CallOptions } from '../aws-call.ts';
import { createLock } from '../lock.ts';

/** The ids of one project's builds, newest first, as far as they were paged in. */
export type ProjectList = {
  ids(): readonly string[];
  /** True once the last page was seen: there are no older builds. */
  complete(): boolean;
  /** Reads the newest page, unless that was done at or after `notBefore`. */
  refresh(notBefore: number, signal: AbortSignal, options?: CallOptions): Promise<void>;
  /** Pages in until `count` ids are known, or all. */
  deepen(count: number, signal: AbortSignal, options?: CallOptions): Promise<void>;
  /** A build that was just started; true if it was not known. */
  add(id: string): boolean;
};

/** How long a build we started is listed by ourselves before the list of CodeBuild must name it. Milliseconds. */
const graceMs = 60_000;

export function createProjectList(deps: {
  clock: Clock;
  ask(
    token: string | undefined,
    signal: AbortSignal,
    options?: CallOptions,
  ): Promise<{ ids: string[]; nextToken?: string }>;
  changed(): void;
}): ProjectList {
  const lock = createLock();
  let ids: string[] = [];
  let token: string | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let read = false;
  const added = new Map<string, number>();

  const replace = (next: string[]) => {
    const differs = next.length !== ids.length || next.some((id, index) => id !== ids[index]);
    ids = next;
    if (differs) deps.changed();
  };

  /** The newest page joined to what is known below it. */
  const readHead = async (signal: AbortSignal, options?: CallOptions) => {
    const at = deps.clock.now();
    const page = await deps.ask(undefined, signal, options);
    for (const [id, since] of added) if (page.ids.includes(id) || at - since > graceMs) added.delete(id);
    page.ids.unshift(...added.keys());
    const onPage = new Set(page.ids);
    const oldest = ids.findLastIndex((id) => onPage.has(id) && !added.has(id));
    if (page.nextToken === undefined || oldest < 0) {
      // All there is; or so many new builds that there may be others between the page and what was known.
      token = page.nextToken;
      replace(page.ids);
    } else {
      // What lay above the page's last id and is not on it any more is gone; what lies below it stays.
      replace([...page.ids, ...ids.slice(oldest + 1).filter((id) => !onPage.has(id))]);
    }
    read = true;
    readAt = at;
  };

  return {
    ids: () => ids,
    complete: () => read && token === undefined,
    refresh: (notBefore, signal, options) =>
      lock(signal, async () => {
        if (readAt < notBefore) await readHead(signal, options);
      }),
    deepen: (count, signal, options) =>
      lock(signal, async () => {
        if (!read) await readHead(signal, options);
        let restarted = false;
        while (ids.length < count && token !== undefined) {
          try {
            const page = await deps.ask(token, signal, options);
            const known = new Set(ids);
            // A token that leads to itself would lead nowhere for ever.
            token = page.nextToken === token ? undefined : page.nextToken;
            replace([...ids, ...page.ids.filter((id) => !known.has(id))]);
          } catch (error) {
            // Tokens do not live for ever: begin again from the top, once.
            if (restarted || !(error instanceof AppError) || error.kind !== 'invalid') throw error;
            restarted = true;
            ids = [];
            await readHead(signal, options);
          }
        }
      }),
    add(id) {
      if (ids.includes(id)) return false;
      added.set(id, deps.clock.now());
      replace([id, ...ids]);
      return true;
    },
  };
}
