import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIso, parseRecord, recordText, zonedIso } from '../../src/domain/distribution-record.ts';
import { AppError } from '../../src/domain/errors.ts';

const distribution = {
  url: 'https://bucket.s3.us-east-1.amazonaws.com/packages/x.zip?X-Amz-Signature=abc',
  expiresAt: Date.UTC(2026, 10, 22, 10, 30),
  packageKey: 'packages/20261120-103000/claude-code-package-20261120-103000.zip',
  checksum: 'ab'.repeat(32),
  filename: 'claude-code-package-20261120-103000.zip',
  createdAt: Date.UTC(2026, 10, 20, 10, 30, 12),
};

describe('the record', () => {
  it('has the keys of ccwb and times with their zone', () => {
    expect(JSON.parse(recordText(distribution))).toEqual({
      url: distribution.url,
      expires: '2026-11-22T10:30:00+00:00',
      package_key: distribution.packageKey,
      checksum: distribution.checksum,
      filename: distribution.filename,
      created: '2026-11-20T10:30:12+00:00',
    });
  });

  it('is read back as it was written', () => {
    expect(parseRecord(recordText(distribution))).toEqual({ ...distribution, expiryHasZone: true });
  });

  it('is read as ccwb writes it: local times without a zone', () => {
    const record = parseRecord(
      JSON.stringify({
        url: 'https://b.s3.amazonaws.com/k?sig=1',
        expires: '2026-11-22T10:30:00.123456',
        package_key: 'packages/k.zip',
        checksum: 'AB',
        filename: 'k.zip',
        created: '2026-11-20T10:30:00.123456',
      }),
    );
    expect(record.expiryHasZone).toBe(false);
    expect(record.expiresAt).toBe(new Date(2026, 10, 22, 10, 30, 0, 123).getTime());
    expect(record.createdAt).toBe(new Date(2026, 10, 20, 10, 30, 0, 123).getTime());
    expect(record.checksum).toBe('ab');
  });

  it.each([
    ['no JSON', 'x'],
    ['no object', '[]'],
    ['null', 'null'],
    ['no link', JSON.stringify({ expires: '2026-11-22T10:30:00Z' })],
    ['a link of another kind', JSON.stringify({ url: 'javascript:x', expires: '2026-11-22T10:30:00Z' })],
    ['a link with a line break', JSON.stringify({ url: 'https://x/\n', expires: '2026-11-22T10:30:00Z' })],
    ['no end', JSON.stringify({ url: 'https://x/y' })],
    ['an end that is no time', JSON.stringify({ url: 'https://x/y', expires: 'soon' })],
  ])('that is broken (%s) is refused without repeating it', (_, text) => {
    let error: unknown;
    try {
      parseRecord(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).kind).toBe('invalid');
    expect((error as AppError).message).not.toContain('https');
  });

  it('cleans names that are not ours', () => {
    const text = JSON.stringify({
      url: 'https://x/y',
      expires: '2026-11-22T10:30Z',
      filename: 'a\u001b[2Jb',
    });
    expect(parseRecord(text).filename).not.toContain('\u001b');
  });
});

describe('ISO times', () => {
  it('survive the way there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(parseIso(zonedIso(seconds * 1000))).toEqual({ at: seconds * 1000, hasZone: true });
      }),
    );
  });

  it.each([
    ['2026-11-20T10:30:00Z', '2026-11-20T10:30:00.000Z'],
    ['2026-11-20 10:30:00+01:00', '2026-11-20T09:30:00.000Z'],
    ['2026-11-20T10:30:00.5+0530', '2026-11-20T05:00:00.500Z'],
    ['2026-11-20T10:30+00:00', '2026-11-20T10:30:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseIso(text)?.at ?? Number.NaN).toISOString()).toBe(iso);
  });

  it.each(['', 'now', '2026-13-40T99:99:99Z', '20261120T103000', '2026-11-20'])('%j is none', (text) => {
    expect(parseIso(text)).toBeUndefined();
  });
});
