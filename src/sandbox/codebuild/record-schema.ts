import * as v from 'valibot';
import type { BuildRecord } from './record.ts';

const status = v.picklist(['SUCCEEDED', 'FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED']);
const time = v.pipe(v.number(), v.integer(), v.minValue(0));
const word = v.pipe(v.string(), v.nonEmpty());

const schema = v.object({
  uuid: word,
  project: word,
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  initiator: v.string(),
  startedAt: time,
  endedAt: v.exactOptional(time),
  status: v.exactOptional(status),
  phases: v.array(
    v.object({
      type: word,
      startedAt: time,
      status: v.exactOptional(status),
      endedAt: v.exactOptional(time),
      contexts: v.array(v.object({ code: v.string(), message: v.string() })),
    }),
  ),
  wishes: v.object({
    variables: v.array(v.object({ name: word, value: v.string() })),
    buildspec: v.exactOptional(v.string()),
    timeoutMinutes: v.exactOptional(v.number()),
    queuedTimeoutMinutes: v.exactOptional(v.number()),
    sourceVersion: v.exactOptional(v.string()),
  }),
  log: v.exactOptional(v.object({ group: word, stream: word })),
  artifact: v.exactOptional(v.object({ sha256: v.string(), md5: v.string() })),
  token: v.exactOptional(v.object({ value: v.string(), fingerprint: v.string(), at: v.number() })),
});

/** The build that a file's text holds; undefined where it holds none. */
export function parseRecord(text: string): BuildRecord | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
