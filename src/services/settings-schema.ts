import * as v from 'valibot';
import { defaultSettings, type Settings } from '../domain/settings.ts';

const onOff = v.optional(v.picklist(['auto', 'on', 'off']));
const yesNo = v.optional(v.boolean());
const dollars = v.pipe(v.number(), v.minValue(0));

/** What the file may hold; keys that are not named here belong to other versions and are left alone. */
const schema = v.looseObject({
  place: v.optional(v.picklist(['aws', 'sandbox'])),
  profile: v.optional(v.pipe(v.string(), v.minLength(1))),
  expiresHours: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(168))),
  timeZone: v.optional(v.picklist(['local', 'utc'])),
  terminal: v.optional(
    v.looseObject({
      colors: v.optional(v.picklist(['auto', 'none', '16', '256', 'direct'])),
      unicode: onOff,
      hyperlinks: onOff,
      notifications: v.optional(v.picklist(['auto', 'osc9', 'osc777', 'osc99', 'off'])),
      synchronizedOutput: onOff,
      clipboard: onOff,
    }),
  ),
  notify: v.optional(v.looseObject({ bell: yesNo, title: yesNo, desktop: yesNo })),
  log: v.optional(
    v.looseObject({
      maxMegabytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(4096))),
    }),
  ),
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
  const { place, profile, expiresHours, timeZone, prices, terminal, notify, log } = result.output;
  const defaults = defaultSettings;
  return {
    settings: {
      expiresHours: expiresHours ?? defaults.expiresHours,
      timeZone: timeZone ?? defaults.timeZone,
      terminal: {
        colors: terminal?.colors ?? defaults.terminal.colors,
        unicode: terminal?.unicode ?? defaults.terminal.unicode,
        hyperlinks: terminal?.hyperlinks ?? defaults.terminal.hyperlinks,
        notifications: terminal?.notifications ?? defaults.terminal.notifications,
        synchronizedOutput: terminal?.synchronizedOutput ?? defaults.terminal.synchronizedOutput,
        clipboard: terminal?.clipboard ?? defaults.terminal.clipboard,
      },
      notify: {
        bell: notify?.bell ?? defaults.notify.bell,
        title: notify?.title ?? defaults.notify.title,
        desktop: notify?.desktop ?? defaults.notify.desktop,
      },
      log: { maxMegabytes: log?.maxMegabytes ?? defaults.log.maxMegabytes },
      prices: {
        asOf: prices?.asOf ?? defaults.prices.asOf,
        usdPerMinute: { ...defaults.prices.usdPerMinute, ...prices?.usdPerMinute },
      },
      ...(place === undefined ? {} : { place }),
      ...(profile === undefined ? {} : { profile }),
    },
  };
}
