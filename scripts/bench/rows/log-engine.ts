import { spawnSync } from 'node:child_process';
import { lineBytes } from '../lines.ts';
import { millionLineFile, startEngine } from '../million-lines.ts';
import { timeOf, versionOf } from '../processes.ts';
import type { Bench, Figure, Row } from '../row.ts';
import { inTurn, median } from '../statistics.ts';

const times = 9;
const word = 'C4996';
const regex = 'warning C[0-9]+: .*(cryptography|keyring)_[0-9a-f]+';
const rare = 'E2999';
const env = { ...process.env, LC_ALL: 'C.UTF-8' };

export const memory: Row = {
  name: 'memory',
  async measure(bench) {
    const ratios: number[] = [];
    for (let time = 0; time < 3; time++) {
      const engine = await startEngine(bench, millionLineFile(bench));
      ratios.push(engine.report.grownBytes / engine.report.rawBytes);
      engine.end();
    }
    return [
      {
        name: 'memory',
        what: 'RSS growth for 1,000,000 lines ÷ their bytes, median of 3',
        value: median(ratios),
        unit: '×',
        goal: { atMost: 1.5 },
        peer: `the lines: ${lineBytes} MB`,
      },
    ];
  },
};

export const search: Row = {
  name: 'search',
  measure: async (bench) => [
    await searchOf(bench, { part: 'word', text: word, flags: '-c', goal: 2 }),
    await searchOf(bench, { part: 'regex', text: regex, flags: '-cE', goal: 1 }),
  ],
};

async function searchOf(
  bench: Bench,
  { part, text, flags, goal }: { part: string; text: string; flags: string; goal: number },
): Promise<Figure> {
  const file = millionLineFile(bench);
  const grep = versionOf('grep');
  const engine = await startEngine(bench, file);
  try {
    let hits = 0;
    const [ours, theirs] = await inTurn(
      times,
      async () => {
        const { ms, count } = await engine.ask({ kind: 'count', text });
        hits = count;
        return ms;
      },
      () => (grep === undefined ? Number.NaN : timeOf('grep', [flags, '-e', text, file], { env })),
    );
    if (grep !== undefined) {
      const counted = Number(spawnSync('grep', [flags, '-e', text, file], { encoding: 'utf8', env }).stdout);
      if (counted !== hits) throw new Error(`${hits} hits, but grep counts ${counted}`);
    }
    return {
      name: `search/${part}`,
      what: `all ${hits.toLocaleString('en')} hits of a ${part} in 1,000,000 lines ÷ grep ${flags} (${median(ours).toFixed(1)} ms, median of ${times})`,
      value: grep === undefined ? undefined : median(ours) / median(theirs),
      unit: '×',
      goal: { atMost: goal },
      peer: grep === undefined ? 'grep is not installed' : `grep ${grep}: ${median(theirs).toFixed(1)} ms`,
    };
  } finally {
    engine.end();
  }
}

export const filter: Row = {
  name: 'filter',
  async measure(bench) {
    const engine = await startEngine(bench, millionLineFile(bench));
    const screen = (text: string) => async () => (await engine.ask({ kind: 'filter', text })).ms;
    try {
      const medians = (await inTurn(times, screen(word), screen(regex), screen(rare))).map(median);
      return [
        {
          name: 'filter',
          what: `first screen of 1,000,000 lines filtered by a word, a regex, something rare: the slowest, median of ${times}`,
          value: Math.max(...medians),
          unit: 'ms',
          goal: { atMost: 50 },
          peer: medians.map((ms) => `${ms.toFixed(1)} ms`).join(' · '),
        },
      ];
    } finally {
      engine.end();
    }
  },
};
