import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import type { Regions } from '../../src/domain/regions.ts';
import { logRegions } from '../../src/screens/build/log-regions.ts';
import { progressRegions } from '../../src/screens/build/progress-regions.ts';
import { logRows } from '../../src/state/layout.ts';
import type { State } from '../../src/state/state.ts';
import { themeFor } from '../../src/ui/theme.ts';
import { openLog } from '../support/opened-log.ts';
import { pictureBuilds } from '../support/sample-builds.ts';
import { hear, keyed, later, withBuilds } from '../support/states.ts';

const theme = themeFor({ colorDepth: 8, unicode: true });

const anyText = fc.constantFrom(
  'error: broke',
  'x'.repeat(300),
  '漢字'.repeat(60),
  'plain',
  '\x1b[31mred\x1b[0m',
);
const anyStep = fc.oneof(
  { weight: 2, arbitrary: fc.array(anyText, { minLength: 1, maxLength: 30 }) },
  fc.constantFrom('j', 'k', 'g', 'f', 'e', 'w', 't', 'left', 'right', '+', '-', 'space', 'pageup'),
);

it('the log is painted as by one who never painted before, whatever was painted last', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
      const opened = openLog({ lines: 60 });
      const source = { get: opened.get, logOf: () => opened.log };
      const lasting = logRegions(source, theme);
      for (const step of steps) {
        if (typeof step === 'string') opened.keys(step);
        else opened.arrive(step);
        const { columns } = opened.get().size;
        const paint = (regions: Regions) => [
          regions.rule?.({ rows: 1, columns }),
          regions.log?.({ rows: logRows(opened.get()), columns }),
        ];
        expect(paint(lasting)).toEqual(paint(logRegions(source, theme)));
      }
    }),
  );
});

it('the log is painted anew where something else is looked for in it', () => {
  const opened = openLog({ lines: ['one', 'two', 'three'] });
  const { log } = logRegions({ get: opened.get, logOf: () => opened.log }, theme);
  const before = log?.({ rows: 3, columns: 80 });
  opened.log.look('find', { spans: () => [[0, 2]] } as never);
  expect(log?.({ rows: 3, columns: 80 })).not.toEqual(before);
  opened.log.look('find', undefined);
  expect(log?.({ rows: 3, columns: 80 })).toEqual(before);
});

it('summary and phases are painted as by one who never painted before', () => {
  const [first, ...others] = pictureBuilds();
  const size = { columns: 120, rows: 40 };
  let state = keyed(withBuilds(), 'enter');
  const lasting = progressRegions({ get: () => state }, theme);
  const seen = new Set<string>();
  const steps: ((before: State) => State)[] = [
    (before) => before,
    (before) => later(before, 1_000),
    (before) => later(before, 61_000),
    (before) => withBuilds(before, others),
    (before) => hear(before, { type: 'resized', ...size }),
    (before) => hear(before, { type: 'build-changed', build: { ...(first as Build), status: 'STOPPED' } }),
  ];
  for (const step of steps) {
    state = step(state);
    const { columns } = state.size;
    const paint = (regions: Regions) => [
      regions.summary?.({ rows: 1, columns }),
      regions.phases?.({ rows: 2, columns }),
    ];
    expect(paint(lasting)).toEqual(paint(progressRegions({ get: () => state }, theme)));
    seen.add(JSON.stringify(paint(lasting)));
  }
  // The steps do change what is painted.
  expect(seen.size).toBeGreaterThan(4);
});
