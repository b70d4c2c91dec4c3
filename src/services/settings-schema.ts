import * as v from 'valibot';
import { defaultSettings, type Settings } from '../domain/settings.ts';

const dollars = v.pipe(v.number(), v.minValue(0));

/** What the file may hold; keys that are not named here belong to other versions and are left alone. */
const schema = v.looseObject({
  place: v.optional(v.picklist(['aws', 'sandbox'])),
  profile: v.optional(v.pipe(v.string(), v.minLength(1))),
  expiresHours: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(168))),
  timeZone: v.optional(v.picklist(['local', 'utc'])),
  prices: v.optional(
    v.object({ asOf: v.optional(v.string()), usdPerMinute: v.optional(v.record(v.string(), dollars)) }),
  ),
});

/** Settings out of the file's JSON, with defaults for what it leaves out; or what is wrong, by key. */
export function parseSettings(json: unknown): { settings: Settings } | { problem: string } {
  const result = v.safeParse(schema, json);
  if (!result.success) {
    const [issue] = result.issues;
    return { problem: `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}` };
  }
  const { place, profile, expiresHours, timeZone, prices } = result.output;
  return {
    settings: {
      expiresHours: expiresHours ?? defaultSettings.expiresHours,
      timeZone: timeZone ?? defaultSettings.timeZone,
      prices: {
        asOf: prices?.asOf ?? defaultSettings.prices.asOf,
        usdPerMinute: { ...defaultSettings.prices.usdPerMinute, ...prices?.usdPerMinute },
      },
      ...(place === undefined ? {} : { place }),
      ...(profile === undefined ? {} : { profile }),
    },
  };
}
