import * as v from 'valibot';
import type { Ledger } from '../../domain/ledger.ts';
import { sanitiseText } from '../../domain/sanitise.ts';

const text = v.pipe(v.string(), v.transform(sanitiseText));
const texts = v.array(text);
const when = v.pipe(v.number(), v.finite(), v.minValue(0));
const flag = v.optional(v.literal(true));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));

const link = v.looseObject({
  url: v.pipe(v.string(), v.regex(/^https?:\/\/[!-~]+$/)),
  madeAt: when,
  expiresAt: when,
  cause: v.picklist(['asked', 'credentials', 'object', 'unknown-credentials']),
  allowedIps: v.optional(texts),
});

const entry = v.looseObject({
  key: text,
  bucket: text,
  region: text,
  account: v.optional(text),
  profile: v.optional(text),
  versionId: v.optional(text),
  filename: text,
  size: bytes,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  platforms: texts,
  builds: texts,
  files: v.array(v.looseObject({ path: text, size: bytes, mode: v.number(), origin: text })),
  who: v.optional(text),
  createdAt: when,
  links: v.array(link),
  revokedAt: v.optional(when),
  revoking: v.optional(v.looseObject({ since: when, isKilled: flag, isContradicted: flag })),
  goneAt: v.optional(when),
});

/** What the file holds; keys that are not named here belong to other versions and are kept. */
const schema = v.looseObject({ entries: v.array(entry) });

/** A ledger out of the file's text, or what is wrong with it. */
export function parseLedger(content: string): { ledger: Ledger } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const result = v.safeParse(schema, json);
  // The schema's optional fields are absent, never undefined: they come from JSON.
  if (result.success) return { ledger: result.output as Ledger };
  const [issue] = result.issues;
  return { problem: `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}` };
}
