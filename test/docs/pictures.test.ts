import { readdirSync, readFileSync } from 'node:fs';
import xterm from '@xterm/headless';
import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { type Picture, takePicture } from '../../scripts/screenshot/picture.ts';
import { drawAnimation, drawStill, ground } from '../../scripts/screenshot/svg.ts';

const docs = new URL('../../docs/', import.meta.url);
const svgs = readdirSync(docs).filter((name) => name.endsWith('.svg'));

async function pictureOf(output: string): Promise<Picture> {
  const terminal = new xterm.Terminal({ cols: 20, rows: 2, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const picture = takePicture(terminal, ground);
  terminal.dispose();
  return picture;
}

const about = { title: 'A title', description: 'A <description> & more' };

describe('the pictures of the README', () => {
  it('are there', () => expect(svgs.length).toBeGreaterThan(0));

  it.each(svgs)('%s is small, whole, and holds nothing that is not for everybody', (name) => {
    const svg = readFileSync(new URL(name, docs), 'utf8');
    expect(svg.length).toBeLessThan(150_000);
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).not.toMatch(/X-Amz-Signature=|AKIA|<script|href="[^#]/);
  });
});

describe('a picture of a terminal', () => {
  it('joins cells that look the same, over one blank and no more', async () => {
    const { rows, text } = await pictureOf('one two  three');
    expect(text).toBe('one two  three\n');
    expect(rows[0]?.map(({ column, text: run }) => [column, run])).toEqual([
      [0, 'one two'],
      [9, 'three'],
    ]);
  });

  it('keeps colours, weight and inversion', async () => {
    const { rows } = await pictureOf('\x1b[1mb\x1b[0;38;2;1;2;3mc\x1b[0;38;5;196mp\x1b[0;7mi\x1b[0;41;2md');
    expect(rows[0]?.map(({ look }) => look)).toEqual([
      { bold: true },
      { color: '#010203' },
      { color: '#ff0000' },
      { color: ground.background, background: ground.color },
      { background: '#d45256', dim: true },
    ]);
  });

  it('leaves signs alone and draws lines and bars as shapes', async () => {
    const picture = await pictureOf('✓ok ── ███▌');
    expect(picture.rows[0]?.map(({ text }) => text)).toEqual(['✓', 'ok', '──', '███', '▌']);
    const svg = drawStill(picture, about);
    expect(svg.match(/<text x/g)).toHaveLength(2);
  });

  it('becomes an SVG that any parser takes, whatever the text', async () => {
    const svg = drawStill(await pictureOf('<&">'), about);
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toContain('&lt;&amp;&quot;&gt;</text>');
  });

  it('is drawn once for all scenes of an animation that show the same row', async () => {
    const [first, second] = [await pictureOf('same\r\nfirst'), await pictureOf('same\r\nsecond')];
    const svg = drawAnimation(
      [
        { picture: first, ms: 500 },
        { picture: second, ms: 1500, key: { name: 'b', does: 'build' } },
      ],
      1,
      about,
    );
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg.match(/>same</g)).toHaveLength(1);
    expect(svg).toContain('animation:2s step-end infinite');
    expect(svg).toContain('@keyframes k0{0%{visibility:visible}25%{visibility:hidden}}');
    expect(svg).toContain('@keyframes k1{0%{visibility:hidden}25%{visibility:visible}}');
  });
});
