import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { containerLine } from '../../runner/container-line.ts';
import type { BuildContext } from './context.ts';
import { type BuildRecord, endBuild } from './record.ts';

const reason = 'The sandbox ended while this build was under way (a crash, a kill, a power cut).';

/**
 * Ends the builds that a crash left in progress, as FAULT, at the last moment they are known to have lived; removes the
 * folders they ran in.
 */
export async function recoverBuilds(
  context: Pick<BuildContext, 'book' | 'logs' | 'clock' | 'workDir'>,
): Promise<void> {
  const { book, logs, clock } = context;
  for (const record of book.all()) {
    if (record.status !== undefined) continue;
    const at = Math.min(await lastSignOfLife(record, context), clock.now());
    const contexts = [{ code: 'INTERNAL_ERROR', message: reason }];
    await noteInLog(record, at, logs).catch(() => {
      // The log may be what the crash broke; the build's own context says the same.
    });
    book.update(record.uuid, (one) => endBuild(one, 'FAULT', at, contexts));
    await book.saved(record.uuid);
  }
  for (const name of await readdir(context.workDir).catch(() => [])) {
    await rm(join(context.workDir, name), { recursive: true, force: true }).catch(() => {
      // What cannot be removed is only in the way of the disk's space.
    });
  }
}

async function noteInLog({ log }: BuildRecord, at: number, logs: BuildContext['logs']): Promise<void> {
  if (log === undefined) return;
  const message = `${containerLine(at, reason)}\n`;
  await logs.append(log.group, log.stream, [{ timestamp: at, message }]);
  await logs.settle(log.group, log.stream);
}

async function lastSignOfLife(record: BuildRecord, { logs }: Pick<BuildContext, 'logs'>): Promise<number> {
  const lastPhase = record.phases.at(-1);
  const lastEvent =
    record.log && (await logs.lastEventAt(record.log.group, record.log.stream).catch(() => undefined));
  return Math.max(lastPhase?.endedAt ?? lastPhase?.startedAt ?? record.startedAt, lastEvent ?? 0);
}
