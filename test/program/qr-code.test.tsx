import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/domain/distribution.ts';
import { shipNote } from '../../src/domain/ship-note.ts';
import type { Capabilities } from '../../src/domain/terminal.ts';
import { openTerminal } from '../../src/terminal/open-terminal.ts';
import { type StartedProgram, startProgram } from '../support/program.tsx';
import { pictureTime } from '../support/sample-builds.ts';
import { scanPng, scanScreen } from '../support/scan.ts';
import { openWatchedDevice } from '../support/watched-device.ts';

type Size = { columns: number; rows: number };

const picturePath = 'claude-code-package-20261120-103516.png';
const distribution = (url: string): Distribution => ({
  url,
  expiresAt: pictureTime + 3_600_000,
  expiryCause: 'asked',
  packageKey: 'packages/20261120-103516/claude-code-package-20261120-103516.zip',
  bucket: 'bucket',
  checksum: 'ab'.repeat(32),
  filename: 'claude-code-package-20261120-103516.zip',
  size: 31 * 1024 * 1024,
  createdAt: pictureTime,
  files: [{ path: 'credential-process-linux-x64', size: 1, mode: 0o755, origin: 'build' }],
  builds: [],
  verified: 'Read back through the link.',
});

/** A link as S3's are, of that many characters. */
const linkOf = (length: number) =>
  `https://bucket.s3.us-east-1.amazonaws.com/packages/p.zip?X-Amz-Security-Token=${'IQoJb3JpZ2luX2VjE%2FaB9'.repeat(200)}`.slice(
    0,
    length,
  );

let opened: Opened | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

type Opened = Awaited<ReturnType<typeof openNote>>;

/** The note of a package with that link, on the real device before an emulated terminal. */
async function openNote(url: string, size: Size, capabilities: Partial<Capabilities> = {}) {
  let sent = '';
  const device = openWatchedDevice(size, (bytes) => {
    sent += Buffer.from(bytes).toString('latin1');
    return bytes;
  });
  const host = { ...device.host, capabilities: { ...device.host.capabilities, ...capabilities } };
  const program: StartedProgram = startProgram({ deps: { terminal: openTerminal(host) } });
  const text = async () => {
    await device.settled();
    const buffer = device.emulator.buffer.active;
    return Array.from({ length: device.size().rows }, (_, row) =>
      buffer.getLine(buffer.viewportY + row)?.translateToString(true),
    ).join('\n');
  };
  const until = async (holds: (text: string) => boolean) => {
    for (let shown = await text(); !holds(shown); shown = await text()) await drawn(shown, String(holds));
  };
  /** Resolves when the terminal has drawn more. Not a time that is asserted: it turns a hang into a message. */
  const drawn = (shown: string, what: string) =>
    new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`The screen never showed ${what}. It shows:\n${shown}`)),
        20_000,
      );
      const listener = device.emulator.onWriteParsed(() => {
        clearTimeout(limit);
        listener.dispose();
        resolve();
      });
    });
  await until((shown) => shown.includes('9f3c1a2b'));
  device.type('2');
  await until((shown) => shown.includes('No package was made yet'));
  device.type('d');
  await until((shown) => shown.includes('Making a package'));
  program.account.making.push({ kind: 'done', distribution: distribution(url) });
  program.account.making.end();
  await until((shown) => shown.includes('Made and recorded'));
  return {
    program,
    device,
    /** What was sent to the clipboard, by OSC 52. */
    copied: () =>
      [...sent.matchAll(/\x1b\]52;c;([^\x07]*)\x07/g)].map(([, text = '']) =>
        Buffer.from(text, 'base64').toString('utf8'),
      ),
    text,
    until,
    async close() {
      device.type('\x03\x03');
      await program.ended;
      await program.quit();
      device.close();
    },
  };
}

describe('Q on the note', () => {
  it('shows a code beside the note that an independent decoder reads as the link; Q and esc hide it', async () => {
    const url = linkOf(420);
    opened = await openNote(url, { columns: 200, rows: 60 });
    const { device, until } = opened;
    expect(scanScreen(device.emulator)).toBeUndefined();
    device.type('Q');
    await until(() => scanScreen(device.emulator) === url);
    await until(
      (text) => text.includes('Made and recorded') && text.includes('▀') && text.includes('y copy'),
    );
    device.type('j');
    device.type('y');
    await until((text) => text.includes('sent to the clipboard'));
    expect(scanScreen(device.emulator)).toBe(url);
    device.type('Q');
    await until((text) => !text.includes('▀'));
    device.type('Q');
    await until((text) => text.includes('▀'));
    device.type('\x1b');
    await until((text) => !text.includes('▀') && text.includes('Made and recorded'));
  });

  it('shows it below the note where only that has room, and over the screen where not even that', async () => {
    const url = linkOf(420);
    opened = await openNote(url, { columns: 100, rows: 62 });
    const { device, until } = opened;
    device.type('Q');
    await until((text) => text.includes('Made and recorded') && text.includes('▀'));
    expect(scanScreen(device.emulator)).toBe(url);
    await device.resize({ columns: 100, rows: 42 });
    await until((text) => !text.includes('Made and recorded') && text.includes('Any key leads back'));
    expect(scanScreen(device.emulator)).toBe(url);
    device.type('x');
    await until((text) => text.includes('Made and recorded') && !text.includes('▀'));
  });

  it('says so once the terminal was made too small for it, and any key leads back', async () => {
    opened = await openNote(linkOf(420), { columns: 100, rows: 50 });
    const { device, until } = opened;
    device.type('Q');
    await until((text) => text.includes('▀'));
    await device.resize({ columns: 80, rows: 24 });
    await until((text) => text.includes('needs 77 columns and 39 rows; this terminal has 80 and 24'));
    device.type('z');
    await until((text) => text.includes('Made and recorded'));
  });

  it('saves a picture where the terminal is too small, says why, and asks before it replaces one', async () => {
    const url = linkOf(420);
    opened = await openNote(url, { columns: 80, rows: 24 });
    const { device, until, program } = opened;
    device.type('Q');
    await until((text) => text.includes('needs 77 columns and 39 rows; this terminal has 80 and 24.'));
    await until((text) => text.includes(picturePath));
    expect(scanPng(program.pictures.get(picturePath) ?? Buffer.alloc(0))).toBe(url);
    program.pictures.set(picturePath, Buffer.from('mine'));
    device.type('Q');
    await until((text) => text.includes('Replace it?'));
    device.type('n');
    await until((text) => !text.includes('Replace it?'));
    expect(program.pictures.get(picturePath)).toEqual(Buffer.from('mine'));
    device.type('Q');
    await until((text) => text.includes('Replace it?'));
    device.type('y');
    await until((text) => text.includes('Its picture is saved in'));
    expect(scanPng(program.pictures.get(picturePath) ?? Buffer.alloc(0))).toBe(url);
  });

  it('saves a picture where there are no colours, and draws only ASCII where nothing else can be drawn', async () => {
    const url = linkOf(100);
    opened = await openNote(url, { columns: 200, rows: 60 }, { colorDepth: 0 });
    opened.device.type('Q');
    await opened.until((text) => text.includes('Without colours') && text.includes(picturePath));
    expect(scanPng(opened.program.pictures.get(picturePath) ?? Buffer.alloc(0))).toBe(url);
    await opened.close();
    opened = await openNote(url, { columns: 140, rows: 60 }, { colorDepth: 4, unicode: false });
    const { device, until } = opened;
    device.type('Q');
    await until((text) => text.includes('Any key leads back'));
    expect(scanScreen(device.emulator)).toBe(url);
    expect(await opened.text()).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('says that a link is too long for any code', async () => {
    opened = await openNote(linkOf(2_954), { columns: 200, rows: 60 });
    opened.device.type('Q');
    await opened.until((text) => text.includes('too long for a QR code: 2954 bytes, at most 2953'));
    expect(opened.program.pictures.size).toBe(0);
  });

  it('ends in a code that is the link, on the screen or in the picture, whatever the link and the terminal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 60, max: 2_953 }),
        fc.record({ columns: fc.integer({ min: 80, max: 250 }), rows: fc.integer({ min: 24, max: 110 }) }),
        async (length, size) => {
          const url = linkOf(length);
          const note = await openNote(url, size);
          try {
            note.device.type('Q');
            await note.until((text) => text.includes('▀') || note.program.pictures.size > 0);
            const [picture] = note.program.pictures.values();
            expect(picture ? scanPng(picture) : scanScreen(note.device.emulator)).toBe(url);
          } finally {
            await note.close();
          }
        },
      ),
      { numRuns: 3 },
    );
  }, 120_000);
});

describe('Y on the note', () => {
  it('sends the whole note to the clipboard of the terminal', async () => {
    const url = linkOf(420);
    opened = await openNote(url, { columns: 80, rows: 24 });
    opened.device.type('Y');
    await opened.until((text) => text.includes('The note was sent to the clipboard.'));
    const note = shipNote(distribution(url), { place: 'aws', timeZone: 'UTC' });
    expect(opened.copied()).toEqual([note]);
    opened.device.type('y');
    await opened.until((text) => text.includes('The link was sent to the clipboard.'));
    expect(opened.copied()).toEqual([note, url]);
  });
});
