import { keys } from '../../test/support/pty.ts';
import type { Picture } from './picture.ts';
import type { Stage } from './stage.ts';
import type { Scene } from './svg.ts';
import { type See, watch } from './watch.ts';

export type Still = { picture: Picture; title: string; description: string };

export type Story = { scenes: Scene[]; poster: number; stills: Record<'builds' | 'build' | 'failed', Still> };

/** What the README tells: builds that were made before, one made now, watched to its end, and handed out. */
export async function playStory(stage: Stage): Promise<Story> {
  await makeHistory(stage);
  const program = stage.open(['--sandbox']);
  try {
    return await play(program.send, watch(program));
  } finally {
    program.send(keys.ctrlC);
    await program.ended;
    await program.dispose();
  }
}

/** One build that succeeded, so that the usual time is known; one stopped, one failed. */
async function makeHistory(stage: Stage): Promise<void> {
  await expectCode(0, stage.run(['package', '--sandbox', '--wait']));
  await expectCode(0, stage.run(['package', '--sandbox']));
  await expectCode(0, stage.run(['stop', 'latest', '--yes', '--sandbox']));
  await expectCode(1, stage.run(['build', 'latest', '--watch', '--sandbox']));
  await expectCode(1, stage.run(['package', '--source', stage.brokenProject(), '--wait']));
}

async function expectCode(wanted: number, code: Promise<number>): Promise<void> {
  const found = await code;
  if (found !== wanted) throw new Error(`A command ended with ${found} instead of ${wanted}.`);
}

async function play(press: (keys: string) => void, see: See): Promise<Story> {
  const scenes: Scene[] = [];
  const add = (picture: Picture, ms: number, key?: Scene['key']) => {
    scenes.push({ picture, ms, ...(key ? { key } : {}) });
    return picture;
  };

  const list = await see(/Succeeded[\s\S]*3 builds/);
  add(list, 1_800);
  press(keys.enter);
  const failed = await see(/complete ──/);
  press('q');
  await see(/3 builds/);

  press('b');
  add(await see(/In progress/), 1_000, { name: 'b', does: 'build' });
  const builds = add(await see(/[2-9]\d% of the usual/), 1_400);
  press(keys.enter);
  const opened = add(await see(/lines ─.*following/), 900, { name: '⏎', does: 'open' });
  const build = await followLog(see, add, linesOf(opened.text));
  const poster = scenes.findIndex(({ picture }) => picture === build);

  press('d');
  add(await see(/Made and recorded/), 4_500, { name: 'd', does: 'ship' });
  press('2');
  add(await see(/1 package/), 2_500, { name: '2', does: 'packages' });

  return {
    scenes,
    poster,
    stills: {
      builds: {
        picture: builds,
        title: 'Builds',
        description: 'The list of builds: one in progress with its share of the usual time, others ended',
      },
      build: {
        picture: build,
        title: 'Build',
        description: 'A running build: phases with their durations above, the log below',
      },
      failed: {
        picture: failed,
        title: 'A failed build',
        description: 'A failed build: the phase that failed, its message and the first error line',
      },
    },
  };
}

/** Lines of the log that make a good still: well into the build, with the bar half full. */
const goodMany = 180;

/** Lines that the log grows by from one picture to the next, at least. */
const step = 7;

/** A picture each time the log has grown, until the build has ended; resolves with the best of them. */
async function followLog(
  see: See,
  add: (picture: Picture, ms: number) => Picture,
  from: number,
): Promise<Picture> {
  let best: Picture | undefined;
  let lines = from;
  for (;;) {
    const picture = await see((text) => linesOf(text) >= lines + step || hasEnded(text));
    if (hasEnded(picture.text)) {
      add(picture, 2_000);
      break;
    }
    lines = linesOf(picture.text);
    add(picture, 550);
    if (lines >= goodMany) best ??= picture;
  }
  if (!best) throw new Error(`No picture shows a running build with ${goodMany} lines.`);
  return best;
}

const hasEnded = (text: string) => /complete ──/.test(text);

/** The rule over the log tells how many lines it has. */
const linesOf = (text: string) => Number(/ (\d+) lines ─/.exec(text)?.[1] ?? 0);
