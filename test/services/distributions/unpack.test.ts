import { createCipheriv } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { unpack, unpackLimits } from '../../../src/services/distributions/collect/unpack.ts';
import { packedZeros, type ZipEntry, zipOf } from './hostile-zip.ts';

let dir: string;
let files: number;
const signal = new AbortController().signal;
const program: ZipEntry = {
  name: 'credential-process-windows.exe',
  bytes: Buffer.from('program'),
  mode: 0o100755,
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-unpack-'));
  files = 0;
});

afterEach(() => rm(dir, { recursive: true, force: true }));

/** Bytes that no method makes fewer of, the same each time. */
function unpackable(length: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));
}

async function unpacked(zip: Buffer, limits?: typeof unpackLimits, free?: number) {
  const path = join(dir, 'artifact.zip');
  await writeFile(path, zip);
  return unpack(
    {
      zip: path,
      label: 'the artifact of build p:1',
      origin: 'build p:1',
      extraFiles: ['certs'],
      newFile: () => {
        files += 1;
        return join(dir, `f${files}`);
      },
      ...(limits ? { limits } : {}),
      ...(free === undefined ? {} : { freeBytes: async () => free }),
    },
    signal,
  );
}

async function refusal(zip: Buffer, limits?: typeof unpackLimits, free?: number): Promise<AppError> {
  const error = await unpacked(zip, limits, free).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('unpacking an artifact', () => {
  it('takes what belongs in a package, in any of its layouts, into files with names of ours', async () => {
    const zip = zipOf([
      program,
      { name: 'claude-code-package/install.sh', mode: 0o100700 },
      { name: 'dist/claude-settings\\settings.json' },
      { name: 'certs/' },
      { name: 'certs/root.pem' },
      { name: 'logs/build.log' },
    ]);
    const { files: found, passedOver } = await unpacked(zip);
    expect(found.map(({ path, mode }) => [path, mode])).toEqual([
      ['credential-process-windows.exe', 0o755],
      ['install.sh', 0o755],
      ['claude-settings/settings.json', 0o644],
      ['certs/root.pem', 0o644],
    ]);
    expect(passedOver).toEqual(['logs/build.log']);
    expect(await readFile(found[0]?.file ?? '', 'utf8')).toBe('program');
    expect(found[0]).toMatchObject({
      size: 7,
      origin: 'build p:1',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await readdir(dir)).sort()).toEqual(['artifact.zip', 'f1', 'f2', 'f3', 'f4']);
  });

  it.each<[string, ZipEntry, RegExp]>([
    ['leads out of its folder', { name: '../../.bashrc' }, /\.\.\/\.\.\/\.bashrc/],
    ['leads out of a folder inside', { name: 'claude-code-package/../../x' }, /x/],
    ['leads out by backslashes', { name: '..\\x' }, /x/],
    ['is absolute', { name: '/etc/cron.d/x' }, /\/etc\/cron\.d\/x/],
    ['has a drive', { name: 'C:\\Windows\\x' }, /C:/],
    ['has control characters', { name: 'install\u001b[2J.sh' }, /control/],
    ['reads backwards', { name: 'install\u202ehs.exe' }, /invisible/],
    ['is a symbolic link', { name: 'install.sh', mode: 0o120777 }, /link/],
    ['is a device', { name: 'otel-helper-linux', mode: 0o060666 }, /device/],
    ['is encrypted', { name: 'install.sh', encrypted: true }, /encrypted/],
    ['is packed in a way nobody uses', { name: 'install.sh', method: 14 }, /method/],
    ['is a stream of another file', { name: 'install.sh:evil' }, /install\.sh:evil: .*stream/],
    ['is another’s own stream', { name: 'config.json::$DATA' }, /config\.json::\$DATA: .*stream/],
    ['ends in a dot', { name: 'credential-process-linux-x64.' }, /linux-x64\.: .*another file on Windows/],
    ['ends in a space', { name: 'dist/install.bat ' }, /another file on Windows/],
    ['lies in a folder that ends in a dot', { name: 'certs./root.pem' }, /another file on Windows/],
    ['is a device of Windows', { name: 'certs/NUL.pem' }, /certs\/NUL\.pem: .*another file on Windows/],
    ['has an empty part', { name: 'dist//install.sh' }, /empty part/],
    ['is there twice', { name: 'credential-process-windows.exe' }, /twice/],
    ['is there twice but for its case', { name: 'CREDENTIAL-PROCESS-WINDOWS.EXE' }, /twice/],
    ['is there twice in two layouts', { name: 'dist/credential-process-windows.exe' }, /twice/],
  ])('refuses a zip with an entry that %s, and unpacks nothing of it', async (_, entry, reason) => {
    const error = await refusal(zipOf([program, entry]));
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain('the artifact of build p:1');
    expect(error.message).toMatch(reason);
    expect(error.message).not.toMatch(/[\u001b\u202e]/);
    expect(await readdir(dir)).toEqual(['artifact.zip']);
  });

  it('refuses a bomb by its own figures, before it unpacks any of it', async () => {
    const bomb = zipOf([{ name: 'install.sh', bytes: Buffer.alloc(64 * 1024 ** 2) }]);
    const error = await refusal(bomb);
    expect(error.message).toMatch(/install\.sh: a zip bomb/);
    expect(await readdir(dir)).toEqual(['artifact.zip']);
  });

  const mebibyte = 1024 ** 2;

  it('refuses a bomb of many files that are each small enough, by the largest', async () => {
    const zeros = packedZeros(31);
    const entries = Array.from({ length: 40 }, (_, index): ZipEntry => {
      return { name: `certs/${index}`, packed: zeros, claimedSize: (index === 7 ? 31 : 30) * mebibyte };
    });
    const error = await refusal(zipOf([program, ...entries]));
    expect(error).toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/: certs\/7 and others: a zip bomb \(\d+ bytes packed into \d+\)/),
    });
    expect(await readdir(dir)).toEqual(['artifact.zip']);
  });

  it('refuses entries that claim more packed bytes than the zip has', async () => {
    const entries = Array.from({ length: 40 }, (_, index): ZipEntry => {
      return { name: `certs/${index}`, claimedSize: 31 * mebibyte, claimedPacked: mebibyte };
    });
    expect((await refusal(zipOf(entries))).message).toMatch(/a zip bomb/);
  });

  it('takes programs that pack four to one and long texts that pack twenty to one', async () => {
    const quarter = Buffer.concat([unpackable(2 * mebibyte), Buffer.alloc(6 * mebibyte)]);
    const line = (_: unknown, index: number) =>
      `${index * 7919} ${'GET /index.html HTTP/1.1 200 '.repeat(12)}\n`;
    const text = Buffer.from(Array.from({ length: 40_000 }, line).join(''));
    const zip = zipOf([
      ...['linux-x64', 'linux-arm64', 'macos-arm64'].map((platform): ZipEntry => {
        return { name: `credential-process-${platform}`, bytes: quarter, mode: 0o100755 };
      }),
      { name: 'certs/access.txt', bytes: text },
    ]);
    expect(zip.length * 4).toBeLessThan(text.length + 3 * quarter.length);
    expect((await unpacked(zip)).files).toHaveLength(4);
  });

  it('names what it leaves out, with the reason where no package could hold it', async () => {
    const { files: found, passedOver } = await unpacked(
      zipOf([program, { name: 'what?.txt' }, { name: 'certs/' }, { name: 'logs/a.log' }]),
    );
    expect(found).toHaveLength(1);
    expect(passedOver).toEqual([
      'what?.txt (a name with characters that Windows gives a meaning)',
      'logs/a.log',
    ]);
  });

  const tenGib = 10 * 1024 ** 3;

  it.each<[string, ZipEntry[], RegExp]>([
    [
      'ten GiB of zeros',
      [{ name: 'install.sh', packed: packedZeros(10_240), claimedSize: tenGib }],
      /install\.sh: a zip bomb \(10737418240 bytes packed into 1\d{7}\)/,
    ],
    [
      'ten GiB in pieces, each small enough',
      Array.from({ length: 400 }, (_, index) => {
        return { name: `certs/${index}`, packed: packedZeros(1), claimedSize: 26 * 1024 ** 2 };
      }),
      /certs\/\d+: its files would fill more than/,
    ],
  ])('refuses %s by name and reason before anything of it is on the disk', async (_, entries, reason) => {
    const error = await refusal(zipOf([program, ...entries]));
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringMatching(reason) });
    expect(error.message).toContain('the artifact of build p:1');
    expect(await readdir(dir)).toEqual(['artifact.zip']);
  });

  it('stops ten GiB of zeros that claim to be few where they exceed their claim', async () => {
    const claimedSize = 4 * 1024 ** 2;
    const error = await refusal(zipOf([{ name: 'install.sh', packed: packedZeros(10_240), claimedSize }]));
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining('install.sh') });
    for (const name of (await readdir(dir)).filter((it) => it !== 'artifact.zip')) {
      expect((await stat(join(dir, name))).size).toBeLessThanOrEqual(claimedSize);
    }
  });

  it('fills no disk: what does not fit is not begun, and the figures are told', async () => {
    const zip = zipOf([program, { name: 'logs/large', bytes: Buffer.alloc(9_000, 'x') }]);
    const error = await refusal(zip, undefined, 6);
    expect(error).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('it needs 7 B, 6 B are free'),
    });
    expect(error.hint).toContain('TMPDIR');
    expect(await readdir(dir)).toEqual(['artifact.zip']);
    expect((await unpacked(zip, undefined, 7)).files).toHaveLength(1);
  });

  it('refuses a file whose bytes are not those that were packed', async () => {
    const zip = zipOf([{ ...program, packed: deflateRawSync(Buffer.from('Program')) }]);
    const error = await refusal(zip);
    expect(error.message).toContain(
      'credential-process-windows.exe cannot be unpacked (its checksum is wrong)',
    );
  });

  it('refuses more than there is room for, wherever in the zip it is', async () => {
    const zip = zipOf([
      program,
      { name: 'other', bytes: Buffer.alloc(600) },
      { name: 'more', bytes: Buffer.alloc(600) },
    ]);
    expect((await refusal(zip, { ...unpackLimits, totalBytes: 1_000 })).message).toContain('more');
    expect((await refusal(zip, { ...unpackLimits, entries: 2 })).message).toContain('3 entries');
  });

  it('does not believe a size that is too small or too large', async () => {
    for (const claimedSize of [3, 5_000]) {
      const error = await refusal(zipOf([{ ...program, claimedSize }]));
      expect(error.message).toContain('credential-process-windows.exe');
      expect(error.kind).toBe('invalid');
    }
  });

  it('refuses what is no zip, and what is only half of one', async () => {
    const whole = zipOf([program]);
    for (const bytes of [Buffer.alloc(0), Buffer.from('no zip'), whole.subarray(0, 40), whole.subarray(20)]) {
      expect((await refusal(bytes)).kind).toBe('invalid');
    }
  });

  it('never throws anything but a refusal, whatever bytes it is given', async () => {
    const whole = zipOf([program, { name: 'install.sh' }, { name: 'certs/a' }]);
    const position = fc.nat({ max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(position, fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }),
        async (edits) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of edits) bytes[at] = value;
          try {
            const { files: found } = await unpacked(bytes);
            for (const { file } of found) expect(file.startsWith(join(dir, 'f'))).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('stops where it is cancelled', async () => {
    await writeFile(join(dir, 'artifact.zip'), zipOf([program]));
    const options = {
      zip: join(dir, 'artifact.zip'),
      label: 'x',
      origin: 'x',
      extraFiles: [],
      newFile: () => join(dir, 'f'),
    };
    await expect(unpack(options, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
