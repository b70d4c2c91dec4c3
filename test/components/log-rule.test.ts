import { expect, it } from 'vitest';
import { logRule, type RankedText } from '../../src/components/log-rule.ts';
import { themeFor } from '../../src/ui/theme.ts';

const theme = themeFor({ colorDepth: 0, unicode: true });
const rule = (width: number, parts: RankedText[]) =>
  logRule({ width, findings: [], parts, isPaused: false, hasTrouble: false }, theme);

it('leaves out what has the highest rank first, and never what has none', () => {
  const parts = [
    { text: '12 lines', rank: 0 },
    { text: 'last 1s ago', rank: 1 },
    { text: 'next in 5s', rank: 3 },
    { text: 'following', rank: 0 },
  ];
  expect(rule(80, parts)).toMatch(/12 lines ─ last 1s ago ─ next in 5s ─ following/);
  expect(rule(55, parts)).toMatch(/12 lines ─ last 1s ago ─ following/);
  expect(rule(40, parts)).toMatch(/12 lines ─ following/);
  for (const width of [20, 30, 40, 55, 80]) expect(rule(width, parts).length).toBeLessThanOrEqual(width);
  // Cut where not even that fits.
  expect(rule(30, [{ text: 'a text that is longer than thirty columns', rank: 0 }])).toMatch(/a text that/);
});
