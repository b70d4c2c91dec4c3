import { describe, expect, it } from 'vitest';
import type { Build } from '../../../src/domain/build.ts';
import type { LogUpdate } from '../../../src/domain/log.ts';
import { followLog } from '../../../src/services/logs/follow-log.ts';
import type { LogPosition } from '../../../src/services/logs/log-events.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const endOf = (name: string) => [
  `[Container] 2026/11/20 10:00:00.000000 Phase complete: ${name} State: SUCCEEDED`,
  '[Container] 2026/11/20 10:00:00.000000 Phase context status code:  Message: ',
];

/** A build that ends after a minute and a stream that grows by itself, by the clock alone. */
function startFollowing(
  lines: readonly { after: number; text: string }[],
  options: { endedAgo?: number } = {},
) {
  const clock = createManualClock(10_000_000);
  const begun = clock.now();
  const endsAt = options.endedAgo === undefined ? begun + 60_000 : begun - options.endedAgo;
  const updates: LogUpdate[] = [];
  let reads = 0;
  const deps = {
    clock,
    random: () => 0,
    builds: {
      get: async (): Promise<Build> => {
        const ended = clock.now() >= endsAt;
        return {
          id: 'p:u',
          project: 'p',
          uuid: 'u',
          status: ended ? 'SUCCEEDED' : 'IN_PROGRESS',
          ...(ended ? { endedAt: endsAt } : {}),
          phases: [],
          target: 'windows',
          log: { kind: 'cloudwatch', group: 'g', stream: 's' },
        };
      },
    },
    reader: () => async (position: LogPosition) => {
      reads += 1;
      const from = Number(position.token ?? 0);
      const there = lines.filter(({ after }) => begun + after <= clock.now());
      const events = there
        .slice(from)
        .map(({ text }) => ({ timestamp: begun, ingestionTime: begun, message: text }));
      return { events, nextToken: String(there.length) };
    },
    olderReader: () => () => Promise.reject(new Error('nobody reads upwards here')),
  };
  const over = (async () => {
    for await (const update of followLog(deps, { buildId: 'p:u' }, new AbortController().signal)) {
      updates.push(update);
    }
  })();
  return {
    clock,
    over,
    reads: () => reads,
    texts: () => updates.flatMap((it) => (it.kind === 'lines' ? it.lines.map((line) => line.text) : [])),
    isOver: () => updates.at(-1)?.kind === 'end',
  };
}

const at = (after: number, ...texts: string[]) => texts.map((text) => ({ after, text }));

describe('the end of a log', () => {
  it('comes a few seconds after the build’s, once its last words were read', async () => {
    const log = startFollowing([...at(0, 'one'), ...at(59_000, ...endOf('UPLOAD_ARTIFACTS'))]);
    await log.clock.advance(60_000);
    expect(log.isOver()).toBe(false);
    await log.clock.advance(8_000);
    expect(log.isOver()).toBe(true);
    await log.over;
  });

  it('waits for lines that come late, where the last words are missing', async () => {
    const log = startFollowing([...at(50_000, ...endOf('BUILD')), ...at(68_000, 'late', 'later')]);
    await log.clock.advance(67_000);
    expect(log.isOver()).toBe(false);
    await log.clock.advance(60_000);
    await log.over;
    expect(log.texts().slice(-2)).toEqual(['late', 'later']);
  });

  it('does not take a build’s own words for CodeBuild’s', async () => {
    const log = startFollowing([
      ...at(10_000, ...endOf('UPLOAD_ARTIFACTS'), 'and more'),
      ...at(68_000, 'late'),
    ]);
    await log.clock.advance(120_000);
    await log.over;
    expect(log.texts().at(-1)).toBe('late');
  });

  it('is believed after a few quick looks where the build ended long ago', async () => {
    const log = startFollowing(at(0, 'one'), { endedAgo: 3_600_000 });
    await log.clock.advance(1_000);
    await log.over;
    expect(log.texts()).toEqual(['one']);
    expect(log.reads()).toBeLessThanOrEqual(5);
  });

  it('is asked for about once a second while lines come, and seldom while none do', async () => {
    const lively = Array.from({ length: 150 }, (_, index) => ({ after: index * 200, text: `line ${index}` }));
    const log = startFollowing([...lively, ...at(59_000, ...endOf('UPLOAD_ARTIFACTS'))]);
    await log.clock.advance(29_000);
    const reads = log.reads();
    expect(reads).toBeGreaterThan(25);
    expect(reads).toBeLessThanOrEqual(31);
    expect(log.texts().length).toBeGreaterThan(135);
    await log.clock.advance(28_000);
    expect(log.reads() - reads).toBeLessThan(15);
    await log.clock.advance(60_000);
    await log.over;
  });
});
