/**
 * Draws the pictures of the README: starts the built program in a terminal of its own, with a home of its own, plays a
 * story on the sandbox and writes what stood on the screen to `docs/*.svg`. Nothing in them is drawn by hand.
 *
 *     npm run build && node scripts/screenshot.ts        # about two minutes
 *     node scripts/screenshot.ts --png FOLDER            # PNGs of each frame too, where rsvg-convert is installed
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keys, type PtyProgram, startInPty } from '../test/support/pty.ts';
import { captureFrame, type Frame, framesToSvg } from './svg-frames.ts';

const { values } = parseArgs({
  options: { png: { type: 'string' }, docs: { type: 'string', default: 'docs' } },
});
const bin = resolve('bin/ccwb-tui.js');
const home = mkdtempSync(join(tmpdir(), 'demo-'));
const env = {
  HOME: home,
  PATH: process.env.PATH ?? '',
  TERM: 'xterm-256color',
  COLORTERM: 'truecolor',
  LANG: 'C.UTF-8',
};

/** The story, frame by frame; each is named, and shown for its seconds. */
async function play(screen: PtyProgram): Promise<{ name: string; frame: Frame; seconds: number }[]> {
  const frames: { name: string; frame: Frame; seconds: number }[] = [];
  const take = (name: string, seconds: number) => {
    frames.push({ name, frame: captureFrame(screen.terminal), seconds });
  };
  const inProgress = /◐ In progress/;

  await screen.waitFor('No builds yet');
  // History first: a build that was good, and one that was stopped.
  screen.send('b');
  await screen.waitFor(inProgress);
  await screen.waitFor('✓ Succeeded');
  screen.send('b');
  await screen.waitFor(inProgress);
  screen.send('x');
  await screen.waitFor(/Stop .*\?/);
  screen.send('y');
  await screen.waitFor('Stopped');

  screen.send('b');
  await screen.waitFor(/◐ In progress[\s\S]*BUILD {2}[\s\S]*of the usual/);
  take('builds', 3);
  screen.send(keys.enter);
  await screen.waitFor(/◐ BUILD[\s\S]*following/);
  for (const part of [3, 5, 7, 9]) {
    await screen.waitFor(`Compiling ${part} of 10`);
    take('build', part === 3 ? 2 : 1);
  }
  await screen.waitFor('✓ Succeeded');
  take('succeeded', 2);
  screen.send('d');
  await screen.waitFor('COLLECT');
  await screen.waitFor('Made and recorded');
  take('ship', 5);
  screen.send('q');
  return frames;
}

const screen = startInPty(process.execPath, [bin, '--sandbox'], { cwd: home, env });
try {
  const frames = await play(screen);
  mkdirSync(values.docs, { recursive: true });
  const title = 'ccwb-tui: a build is started, watched, shipped; from a real run on the sandbox';
  writeFileSync(join(values.docs, 'story.svg'), framesToSvg(frames, title));
  const named = new Map(frames.map((frame) => [frame.name, frame]));
  for (const [name, frame] of named) {
    writeFileSync(join(values.docs, `${name}.svg`), framesToSvg([frame], `ccwb-tui, the screen "${name}"`));
  }
  if (values.png !== undefined) writePngs(frames, values.png);
} finally {
  await screen.dispose();
  execFileSync(process.execPath, [bin, 'sandbox', 'stop'], { env, stdio: 'ignore' });
  rmSync(home, { recursive: true, force: true });
}

function writePngs(frames: readonly { name: string; frame: Frame; seconds: number }[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  frames.forEach((frame, index) => {
    const path = join(folder, `${String(index).padStart(2, '0')}-${frame.name}`);
    writeFileSync(`${path}.svg`, framesToSvg([frame], frame.name));
    execFileSync('rsvg-convert', ['-o', `${path}.png`, `${path}.svg`]);
  });
}
