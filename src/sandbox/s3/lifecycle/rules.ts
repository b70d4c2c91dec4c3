import * as v from 'valibot';
import { artifactKey, type SandboxAccount } from '../../account.ts';

/** A lifecycle rule, as far as the sandbox keeps and follows them. */
export type LifecycleRule = {
  id: string;
  enabled: boolean;
  /** Of the keys it is for; empty for all. */
  prefix: string;
  /** After so many days a delete marker hides the object. */
  days?: number;
  /** So many days after another version took its place a version is gone for good. */
  noncurrentDays?: number;
};

export type Lifecycle = { rules: readonly LifecycleRule[] };

const days = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** What lies on disk of a bucket's rules. */
export const lifecycleSchema: v.GenericSchema<unknown, Lifecycle> = v.object({
  rules: v.array(
    v.object({
      id: v.string(),
      enabled: v.boolean(),
      prefix: v.string(),
      days: v.exactOptional(days),
      noncurrentDays: v.exactOptional(days),
    }),
  ),
});

/**
 * The rules that the bucket has until it is told others: ccwb's stacks keep packages for 30 days and artifacts for 7.
 * Here both lie in one bucket, so each rule is for its own keys.
 */
export function firstLifecycle(account: SandboxAccount): Lifecycle {
  return {
    rules: [
      { id: 'packages', enabled: true, prefix: 'packages/', days: 30, noncurrentDays: 1 },
      { id: 'artifacts', enabled: true, prefix: artifactKey(account), days: 7 },
    ],
  };
}

/** When something ends, in epoch milliseconds, and by which rule. */
export type Expiry = { at: number; rule: string };

/** When the newest version of a key expires; of several rules the one that comes first counts. */
export function expiryOf({ rules }: Lifecycle, key: string, modified: number): Expiry | undefined {
  return earliest(
    rules.flatMap(({ id, days: after, ...rule }) =>
      after !== undefined && isFor(rule, key) ? [{ at: endOf(modified, after), rule: id }] : [],
    ),
  );
}

/** When a version is gone that was the newest until `replaced` (epoch milliseconds). */
export function noncurrentExpiryOf({ rules }: Lifecycle, key: string, replaced: number): Expiry | undefined {
  return earliest(
    rules.flatMap(({ id, noncurrentDays: after, ...rule }) =>
      after !== undefined && isFor(rule, key) ? [{ at: endOf(replaced, after), rule: id }] : [],
    ),
  );
}

function isFor(rule: Pick<LifecycleRule, 'enabled' | 'prefix'>, key: string): boolean {
  return rule.enabled && key.startsWith(rule.prefix);
}

function earliest(expiries: readonly Expiry[]): Expiry | undefined {
  return expiries.reduce<Expiry | undefined>(
    (first, one) => (first && first.at <= one.at ? first : one),
    undefined,
  );
}

export const dayMs = 24 * 60 * 60 * 1000;

/** So many days later, rounded up to the next midnight UTC (S3: "Lifecycle rules: based on an object's age"). */
function endOf(since: number, after: number): number {
  return Math.ceil((since + after * dayMs) / dayMs) * dayMs;
}
