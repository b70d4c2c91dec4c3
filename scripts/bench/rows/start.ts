import type { Row } from '../row.ts';
import { createSandboxUser } from '../sandbox-user.ts';
import { inTurn, median } from '../statistics.ts';
import { startSession } from '../terminal.ts';

const times = 9;
const longestMs = 10_000;

/** The program with a list of an earlier run, on a running sandbox; `node -e 0` in the same terminal in turn with it. */
export const start: Row = {
  name: 'start',
  async measure(bench) {
    const user = await createSandboxUser(bench, ['true']);
    const args = [bench.bin, '--sandbox'];
    const options = { env: user.env, cwd: user.env.HOME ?? '/' };
    const open = () => startSession(process.execPath, args, { ...options, emulate: true });
    try {
      await user.build('--wait');
      const [build] = JSON.parse(await user.run('builds', '--sandbox', '--json')) as { id: string }[];
      const uuid = build?.id.split(':')[1]?.slice(0, 8) ?? '';
      // Leaves behind what the program keeps of a list, and whatever the first start alone does.
      const first = open();
      await first.until((screen) => screen.includes(uuid));
      first.send('\x03\x03');
      await first.ended;

      const picture = async () => {
        const app = open();
        const shown = app.until((screen) => screen.includes(uuid), longestMs);
        return shown.then((at) => at - app.spawnedAt).finally(() => app.end());
      };
      const key = async () => {
        const app = open();
        app.send('?');
        const answered = app.until((screen) => /^ Moving *$/m.test(screen), longestMs);
        return answered.then((at) => at - app.spawnedAt).finally(() => app.end());
      };
      const floor = async () => {
        const node = startSession(process.execPath, ['-e', '0'], options);
        return (await node.ended) - node.spawnedAt;
      };
      const [pictures, keys, floors] = (await inTurn(times, picture, key, floor)).map(median);
      const [pictureMs = Number.NaN, keyMs = Number.NaN, floorMs = Number.NaN] = [pictures, keys, floors];
      const peer = `node -e 0: ${floorMs.toFixed(0)} ms`;
      return [
        {
          name: 'start/picture',
          what: `spawn → the list's row on the screen ÷ node -e 0 (${pictureMs.toFixed(0)} ms, median of ${times})`,
          value: pictureMs / floorMs,
          unit: '×',
          goal: { atMost: 2 },
          peer,
        },
        {
          name: 'start/key',
          what: `spawn → the help asked for at once ÷ node -e 0 (${keyMs.toFixed(0)} ms, median of ${times})`,
          value: keyMs / floorMs,
          unit: '×',
          goal: { atMost: 5 },
          peer,
        },
      ];
    } finally {
      await user.end();
    }
  },
};
