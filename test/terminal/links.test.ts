import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRow } from '../../src/terminal/cells.ts';
import { withoutLinks } from '../../src/terminal/links.ts';
import { openTerminal } from '../../src/terminal/open-terminal.ts';
import { drawFrame, readFrame } from '../../src/terminal/screen.ts';
import { defaultStyle } from '../../src/terminal/style.ts';

const link = (uri: string, text: string) => `\x1b]8;;${uri}\x07${text}\x1b]8;;\x07`;
const linksOf = (source: string) => readRow(source, 80).styles.map((style) => style.link);
const page = 'https://console.aws.amazon.com/build';

describe('links', () => {
  it('are part of the look of their cells, and the same look is the same object', () => {
    const row = readRow(`a${link(page, 'b \x1b[31mc\x1b[0m')}d${link(page, 'e')}`, 80);
    expect(row.glyphs.join('')).toBe('ab cde');
    expect(row.styles.map((style) => style.link)).toEqual(['', page, page, page, '', page]);
    expect(row.styles[0]).toBe(defaultStyle);
    expect(row.styles[1]).toBe(row.styles[5]);
    expect(row.styles[3]?.sgr).toBe('31');
  });

  it.each([
    ['https://x.amazonaws.com/a?b=c', true],
    ['http://127.0.0.1:4566/bucket/key', true],
    ['http://127.0.0.1/', true],
    ['http://example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['http://127.0.0.1@example.com/', false],
    ['http://127.0.0.1:80@example.com/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['https://x.amazonaws.com/a b', false],
    ['https://x.amazonaws.com/é', false],
    ['https://evil.example/', false],
    ['https://amazonaws.com.evil.example/', false],
    ['https://evil.example/x.amazonaws.com/', false],
    [`https://x.amazonaws.com/${'x'.repeat(2_059)}`, true],
    [`https://x.amazonaws.com/${'x'.repeat(2_060)}`, false],
  ])('to %s: %s', (uri, isAllowed) => {
    expect(linksOf(link(uri, 'x'))).toEqual([isAllowed ? uri : '']);
  });

  it('are opened and closed around what is drawn, with an id that makes one of pieces drawn apart', () => {
    const size = { columns: 20, rows: 1 };
    const rows = readFrame(`go ${link(page, 'here')}!`, size);
    const drawn = drawFrame(undefined, rows, size);
    expect(drawn).toMatch(
      /go \x1b\]8;id=(\w+);https:\/\/console\.aws\.amazon\.com\/build\x1b\\here\x1b\]8;;\x1b\\!/,
    );
    expect(drawFrame({ size, rows }, rows, size)).toBe('');
    const gone = drawFrame({ size, rows }, readFrame('go here!', size), size);
    expect(gone).toContain('here');
  });

  it('never leave one open behind a drawing, nor draw one that a frame does not hold', () => {
    const anyUri = fc.constantFrom(page, 'https://b.amazonaws.com/', 'file:///x', '');
    const anyText = fc.constantFrom('a', ' ', '漢', '\x1b[31mred\x1b[0m', '\x1b]8;', '\x1b', 'x\n');
    const anyFrame = fc
      .array(
        fc.oneof(
          anyText,
          fc.tuple(anyUri, anyText).map(([uri, text]) => link(uri, text)),
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const size = { columns: 12, rows: 3 };
        const drawn = drawFrame(undefined, readFrame(frame, size), size);
        const uris = [...drawn.matchAll(/\x1b\]8;[^;]*;([^\x1b]*)\x1b\\/g)].map(([, uri]) => uri);
        expect(uris.at(-1) ?? '').toBe('');
        for (const uri of uris) if (uri) expect(frame).toContain(uri);
        expect(drawFrame(undefined, readFrame(withoutLinks(frame), size), size)).not.toContain(page);
      }),
    );
  });

  it('are left out where the terminal does not have them', () => {
    let sent = '';
    const terminal = (hyperlinks: boolean) =>
      openTerminal({
        capabilities: {
          colorDepth: 8,
          unicode: true,
          ssh: false,
          multiplexer: undefined,
          hyperlinks,
          notifications: undefined,
          synchronizedOutput: true,
          clipboard: true,
        },
        size: () => ({ columns: 20, rows: 1 }),
        stdin: { setRawMode() {}, on() {}, off() {}, resume() {}, pause() {} },
        sink: {
          write(bytes) {
            sent += Buffer.from(bytes).toString();
            return bytes.length;
          },
          close() {},
        },
        onWindowChange: () => () => {},
        onStop: () => () => {},
        onContinue: () => () => {},
        stopProcess: async () => {},
        onLost: () => {},
      });
    for (const hyperlinks of [true, false]) {
      sent = '';
      const device = terminal(hyperlinks);
      device.open();
      device.frames.write(link(page, 'here'));
      expect(sent).toContain('here');
      expect(sent.includes(page)).toBe(hyperlinks);
      device.restoreSync();
    }
  });
});
