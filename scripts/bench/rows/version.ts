import { timeOf } from '../processes.ts';
import type { Row } from '../row.ts';
import { inTurn, median } from '../statistics.ts';

const times = 25;

export const version: Row = {
  name: 'version',
  async measure({ bin }) {
    const [ours, floor] = await inTurn(
      times,
      () => timeOf(process.execPath, [bin, '--version']),
      () => timeOf(process.execPath, ['-e', '0']),
    );
    return [
      {
        name: 'version',
        what: `--version ÷ node -e 0 (${median(ours).toFixed(0)} ms, median of ${times})`,
        value: median(ours) / median(floor),
        unit: '×',
        goal: { atMost: 1.3 },
        peer: `node -e 0: ${median(floor).toFixed(0)} ms`,
      },
    ];
  },
};
