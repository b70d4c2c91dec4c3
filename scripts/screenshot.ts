/**
 * Makes the pictures of the README (`docs/*.svg`) from a real run: the built program in a real terminal, an empty home,
 * builds that its sandbox really runs. Takes about two minutes; run it after `npm run build`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Picture } from './screenshot/picture.ts';
import { createStage } from './screenshot/stage.ts';
import { playStory } from './screenshot/story.ts';
import { drawAnimation, drawStill } from './screenshot/svg.ts';

const mostBytes = 150_000;

const home = mkdtempSync(join(tmpdir(), 'ccwb-tui-'));
const stage = createStage(home);
try {
  const { scenes, poster, stills } = await playStory(stage);
  for (const { picture } of scenes) refuseTraces(picture);
  write(
    'demo',
    drawAnimation(scenes, poster, {
      title: 'ccwb-tui --sandbox',
      description:
        'ccwb-tui: the list of builds, a build running with its phases and log, and the link to the finished package',
    }),
  );
  for (const [name, { picture, title, description }] of Object.entries(stills)) {
    refuseTraces(picture);
    write(name, drawStill(picture, { title, description }));
  }
} finally {
  await stage.strike();
  rmSync(home, { recursive: true, force: true });
}

function write(name: string, svg: string): void {
  if (svg.length > mostBytes) throw new Error(`docs/${name}.svg would have ${svg.length} bytes.`);
  writeFileSync(join('docs', `${name}.svg`), svg);
  process.stdout.write(`docs/${name}.svg  ${svg.length} bytes\n`);
}

/** Everybody sees the pictures: nothing of the machine they were made on belongs in them. */
function refuseTraces({ text }: Picture): void {
  for (const trace of [home, homedir(), hostname(), process.cwd()]) {
    if (trace.length > 3 && text.includes(trace)) throw new Error(`A picture shows ${trace}:\n${text}`);
  }
}
