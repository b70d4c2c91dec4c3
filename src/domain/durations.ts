/** Durations and times as they stand on screen. Milliseconds and epoch milliseconds in, text out. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const wordy = { weekday: 'short', day: 'numeric', month: 'short' } as const;

const two = (value: number) => String(value).padStart(2, '0');

/** For a column: `48s`, `5m12s`, `1h02m`. */
export function durationText(ms: number): string {
  const { hours, minutes, seconds } = parts(ms);
  if (hours > 0) return `${hours}h${two(minutes)}m`;
  return minutes > 0 ? `${minutes}m${two(seconds)}s` : `${seconds}s`;
}

/** Shorter, where it stands among others: `48s`, `12m40`, `1h02`. */
export function shortDuration(ms: number): string {
  const { hours, minutes, seconds } = parts(ms);
  if (hours > 0) return `${hours}h${two(minutes)}`;
  return minutes > 0 ? `${minutes}m${two(seconds)}` : `${seconds}s`;
}

/** How long something still lasts, in a column: `47h58m`, `9m`, and `<1m` in the last minute. */
export function leftText(ms: number): string {
  return ms < minute ? '<1m' : durationText(ms).replace(/\d\ds$/, '');
}

/** As exact as an estimate may be: `~7m`, `~1h10`, under a minute in tens of seconds. */
export function roughDuration(ms: number): string {
  if (ms <= 50 * second) return `~${Math.max(10, Math.round(ms / (10 * second)) * 10)}s`;
  if (ms < hour) return `~${Math.max(1, Math.round(ms / minute))}m`;
  const { hours, minutes } = parts(Math.round(ms / (5 * minute)) * 5 * minute);
  return `~${hours}h${two(minutes)}`;
}

/** Age of something: `3 s`, `5 min`, `7 h`, `3 d`. */
export function ageText(ms: number): string {
  const age = Math.max(0, ms);
  if (age < minute) return `${Math.floor(age / second)} s`;
  if (age < hour) return `${Math.floor(age / minute)} min`;
  return age < 2 * day ? `${Math.floor(age / hour)} h` : `${Math.floor(age / day)} d`;
}

/** What is left of something long: `7h12`, `48m`, `6d04h`. Nothing left is `0m`. */
export function remainingText(ms: number): string {
  const left = Math.max(0, ms);
  if (left >= 2 * day) return `${Math.floor(left / day)}d${two(Math.floor((left % day) / hour))}h`;
  const hours = Math.floor(left / hour);
  const minutes = Math.floor((left % hour) / minute);
  return hours > 0 ? `${hours}h${two(minutes)}` : `${minutes}m`;
}

function parts(ms: number) {
  const whole = Math.floor(Math.max(0, ms) / second);
  return { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60), seconds: whole % 60 };
}

type Format = Pick<Intl.DateTimeFormat, 'format'>;
type ZoneFormats = { clock: Format; day: Format; words: Format };

/** Stands for the zone of this machine, in the place of its IANA name. */
export const machineZone = 'machine';

/** Without tables of zones and languages: V8 takes dozens of ms to load them, and the first picture has not got them. */
const formatsByZone = new Map<string, ZoneFormats>([
  [machineZone, plainFormats((at) => new Date(at).getTimezoneOffset())],
  ['UTC', plainFormats(() => 0, 'UTC')],
]);

/** @param behind minutes that the zone is behind UTC at a time */
function plainFormats(behind: (at: number) => number, timeZone?: string): ZoneFormats {
  const local = (at: number) => new Date(at - behind(at) * minute).toISOString();
  let words: Format | undefined;
  return {
    clock: { format: (at) => local(Number(at)).slice(11, 19) },
    day: { format: (at) => local(Number(at)).slice(0, 10) },
    words: {
      format(at) {
        words ??= new Intl.DateTimeFormat('en-GB', { ...wordy, ...(timeZone ? { timeZone } : {}) });
        return words.format(at);
      },
    },
  };
}

/** Making a formatter costs far more than using it. */
function formatsOf(timeZone: string): ZoneFormats {
  const known = formatsByZone.get(timeZone);
  if (known) return known;
  const made: ZoneFormats = {
    clock: new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }),
    day: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }),
    words: new Intl.DateTimeFormat('en-GB', { timeZone, ...wordy }),
  };
  formatsByZone.set(timeZone, made);
  return made;
}

/** `10:35:02`. */
export function clockSeconds(at: number, timeZone: string): string {
  const whole = Math.floor(at / second);
  if (whole !== told.second || timeZone !== told.timeZone) {
    told = { second: whole, timeZone, text: formatsOf(timeZone).clock.format(at) };
  }
  return told.text;
}

/** Lines of a log come many to a second. */
let told = { second: Number.NaN, timeZone: '', text: '' };

/** Time since a start in at most eight columns: `0:07`, `12:03`, `1:02:03`, `-0:04` before it. */
export function sinceText(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / second);
  const parts = [Math.floor((seconds % 3600) / 60), seconds % 60];
  const hours = Math.floor(seconds / 3600);
  const [head, ...rest] = hours > 0 ? [hours, ...parts] : parts;
  return `${ms < 0 ? '-' : ''}${head}:${rest.map((part) => String(part).padStart(2, '0')).join(':')}`;
}

/** `10:35`. */
export const clockMinutes = (at: number, timeZone: string) => clockSeconds(at, timeZone).slice(0, 5);

/** `Sun 22 Nov`, as a reader of the time zone has it. */
export const dayWords = (at: number, timeZone: string) => formatsOf(timeZone).words.format(at);

/** When something began, as short as it can be told: `10:30` today, `yesterday`, `18 Nov`, `Nov 2025`. */
export function startText(at: number, now: number, timeZone: string): string {
  const { day: format } = formatsOf(timeZone);
  const then = format.format(at);
  if (then === format.format(now)) return clockMinutes(at, timeZone);
  if (then === format.format(now - day)) return 'yesterday';
  const [year, month, date] = then.split('-');
  const name = months[Number(month) - 1] ?? '';
  return year === format.format(now).slice(0, 4) ? `${Number(date)} ${name}` : `${name} ${year}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12,431`. */
export const countText = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
