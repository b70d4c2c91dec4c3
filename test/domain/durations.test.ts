import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ageText,
  clockMinutes,
  clockSeconds,
  countText,
  dayWords,
  durationText,
  machineZone,
  remainingText,
  roughDuration,
  shortDuration,
  startText,
} from '../../src/domain/durations.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 20, 10, 35, 2);

describe('durations', () => {
  it('stand in a column with their units', () => {
    expect([0, 999, 48 * second, 5 * minute + 12 * second, hour + 2 * minute].map(durationText)).toEqual([
      '0s',
      '0s',
      '48s',
      '5m12s',
      '1h02m',
    ]);
  });

  it('are shorter among others', () => {
    expect([3 * second, 62 * second, 12 * minute + 40 * second, hour].map(shortDuration)).toEqual([
      '3s',
      '1m02',
      '12m40',
      '1h00',
    ]);
  });

  it('are never negative: clocks differ', () => {
    expect([durationText(-5), shortDuration(-5), ageText(-5), remainingText(-5)]).toEqual([
      '0s',
      '0s',
      '0 s',
      '0m',
    ]);
  });

  it('are as rough as an estimate is', () => {
    expect([1, 11 * second, 21 * second, 59 * second, 7.4 * minute, 62 * minute].map(roughDuration)).toEqual([
      '~10s',
      '~10s',
      '~20s',
      '~1m',
      '~7m',
      '~1h00',
    ]);
  });
});

describe('ages and what remains', () => {
  it('are told in the largest unit', () => {
    expect([3 * second, 5 * minute, 7 * hour, 47 * hour, 3 * day].map(ageText)).toEqual([
      '3 s',
      '5 min',
      '7 h',
      '47 h',
      '3 d',
    ]);
    expect([59 * second, 48 * minute, 7 * hour + 12 * minute, 6 * day + 4 * hour].map(remainingText)).toEqual(
      ['0m', '48m', '7h12', '6d04h'],
    );
  });
});

describe('times', () => {
  it('are those of the zone', () => {
    expect(clockSeconds(now, 'UTC')).toBe('10:35:02');
    expect(clockMinutes(now, 'Asia/Kolkata')).toBe('16:05');
    expect(dayWords(Date.UTC(2026, 10, 20, 20), 'Asia/Tokyo')).toBe('Sat 21 Nov');
  });

  describe('of this machine', () => {
    const before = process.env.TZ;
    afterEach(() => {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    });

    it.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'])('are those of %s', (zone) => {
      process.env.TZ = zone;
      const times = fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2090, 0) });
      fc.assert(
        fc.property(times, times, (at, until) => {
          const here = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium' }).format(at);
          expect(clockSeconds(at, machineZone)).toBe(here);
          expect(clockSeconds(at, zone)).toBe(here);
          expect(startText(at, until, machineZone)).toBe(startText(at, until, zone));
          expect(startText(at, at + 86_400_000, machineZone)).toBe(startText(at, at + 86_400_000, zone));
        }),
      );
    });
  });

  it('say a start as short as it can be told', () => {
    expect(startText(now - hour, now, 'UTC')).toBe('09:35');
    expect(startText(now - 11 * hour, now, 'UTC')).toBe('yesterday');
    expect(startText(now - 2 * day, now, 'UTC')).toBe('18 Nov');
    expect(startText(now - 400 * day, now, 'UTC')).toBe('Oct 2025');
    // Today here, yesterday there.
    expect(startText(Date.UTC(2026, 10, 20, 1), now, 'America/New_York')).toBe('yesterday');
  });
});

describe('counts', () => {
  it('have commas', () => {
    expect([0, 999, 1_000, 12_431, 1_000_000].map(countText)).toEqual([
      '0',
      '999',
      '1,000',
      '12,431',
      '1,000,000',
    ]);
  });
});
