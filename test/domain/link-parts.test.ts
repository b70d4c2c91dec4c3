import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../src/domain/distribution-record.ts';
import { linkEnd, linkParts } from '../../src/domain/link-parts.ts';
import { knownLinks } from '../../src/domain/package-list.ts';

const hour = 3_600_000;
const signedAt = Date.UTC(2026, 10, 20, 10);
/** Signed for an hour. */
const version4 = 'https://b.s3.eu-west-1.amazonaws.com/k.zip?X-Amz-Date=20261120T100000Z&X-Amz-Expires=3600';
const version2 = `https://b.s3.amazonaws.com/k.zip?AWSAccessKeyId=AKIA&Signature=x%3D&Expires=${(signedAt + hour) / 1000}`;
const unsigned = 'https://get.example.com/k.zip';

describe('a link', () => {
  it('tells where it leads, to which version, and until when it is signed', () => {
    const url =
      'https://b.s3.us-east-1.amazonaws.com/packages/a%20b.zip?X-Amz-Date=20261120T103516Z&X-Amz-Expires=3600&versionId=v1';
    expect(linkParts(url)).toEqual({
      place: 'https://b.s3.us-east-1.amazonaws.com/packages/a%20b.zip',
      versionId: 'v1',
      signedAt: Date.UTC(2026, 10, 20, 10, 35, 16),
      signedUntil: Date.UTC(2026, 10, 20, 11, 35, 16),
    });
    expect(linkParts('https://get.example.com/')).toEqual({ place: 'https://get.example.com/' });
  });

  it('is nothing else', () => {
    for (const text of ['', 'x', 'file:///etc/passwd', 'javascript:alert(1)']) {
      expect(linkParts(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parts = linkParts(text);
        if (parts) expect(parts.place).toMatch(/^https?:/);
      }),
    );
  });
});

describe('a link of signature version 2', () => {
  it('tells its end in seconds', () => {
    expect(linkParts(version2)).toEqual({
      place: 'https://b.s3.amazonaws.com/k.zip',
      signedUntil: signedAt + hour,
    });
  });

  it.each([
    'https://x/k?Expires=1763632800',
    'https://x/k?AWSAccessKeyId=A&Signature=B&Expires=soon',
    'https://x/k?AWSAccessKeyId=A&Signature=B&Expires=99999999999999999',
  ])('is not seen in %s', (url) => {
    expect(linkParts(url)).not.toHaveProperty('signedUntil');
  });
});

describe('the end of a link', () => {
  it.each([version4, version2])('is never after that in its signature: %s', (url) => {
    const written = (hours: number, hasZone: boolean) => ({ at: signedAt + hours * hour, hasZone });
    const signed = { at: signedAt + hour, isGuessed: false };
    expect(linkEnd(url, written(12, true))).toEqual(signed);
    expect(linkEnd(url, written(12, false))).toEqual(signed);
    // With the credentials that signed it.
    expect(linkEnd(url, written(0.5, true))).toEqual({ at: signedAt + hour / 2, isGuessed: false });
    // Written in another zone: an end that passed hours ago here, of a link that works.
    expect(linkEnd(url, written(-4, false))).toEqual(signed);
  });

  it('is a guess where only a time without a zone tells it', () => {
    expect(linkEnd(unsigned, { at: 5, hasZone: false })).toEqual({ at: 5, isGuessed: true });
    expect(linkEnd(unsigned, { at: 5, hasZone: true })).toEqual({ at: 5, isGuessed: false });
  });

  it('of a record, or of a remembered link, is the true one', () => {
    const recordOf = (url: string) =>
      parseRecord(JSON.stringify({ url, expires: '2026-11-20T22:00:00', package_key: 'k.zip' }));
    for (const url of [version4, version2]) {
      expect(recordOf(url)).toMatchObject({ expiresAt: signedAt + hour, expiryHasZone: true });
    }
    expect(recordOf(unsigned).expiryHasZone).toBe(false);
    const links = (record: string, ...remembered: string[]) =>
      knownLinks({
        key: 'k.zip',
        areVersionsListed: true,
        record: recordOf(record),
        ledger: {
          key: 'k.zip',
          bucket: 'b',
          region: 'eu-west-1',
          filename: 'k.zip',
          size: 1,
          sha256: '',
          platforms: [],
          builds: [],
          files: [],
          createdAt: signedAt,
          links: remembered.map((url) => {
            return { url, madeAt: signedAt, expiresAt: signedAt + 12 * hour, cause: 'asked' as const };
          }),
        },
      });
    expect(links(unsigned, version4)).toMatchObject([
      { url: unsigned, isEndGuessed: true },
      { url: version4, expiresAt: signedAt + hour },
    ]);
    expect(links(unsigned, version4)[1]).not.toHaveProperty('isEndGuessed');
  });
});
