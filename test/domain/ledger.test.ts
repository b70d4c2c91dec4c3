import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/domain/distribution.ts';
import {
  emptyLedger,
  entryOf,
  type Ledger,
  rememberedMs,
  withDistribution,
  withKnown,
  withMark,
  withoutIntent,
} from '../../src/domain/ledger.ts';
import { parseLedger } from '../../src/services/distributions/ledger-schema.ts';

const now = Date.UTC(2026, 10, 20);
const hour = 3_600_000;
const place = { region: 'us-east-1', account: '123456789012' };

function made(fields: Partial<Distribution> = {}): Distribution {
  return {
    url: 'https://bucket.example.com/a.zip?X-Amz-Signature=1',
    expiresAt: now + 48 * hour,
    expiryCause: 'asked',
    packageKey: 'packages/a/a.zip',
    bucket: 'bucket',
    versionId: 'v1',
    checksum: 'ab'.repeat(32),
    filename: 'a.zip',
    size: 1,
    createdAt: now,
    files: [],
    builds: [],
    verified: 'all',
    ...fields,
  };
}

const add = (ledger: Ledger, fields: Partial<Distribution> = {}, at = now) =>
  withDistribution(ledger, made(fields), place, at);

describe('the ledger', () => {
  it('gets an entry for a package and one link more for each renewal', () => {
    const ledger = add(add(emptyLedger), { url: 'https://b/2', allowedIps: ['203.0.113.1'] }, now + hour);
    expect(ledger.entries).toHaveLength(1);
    expect(ledger.entries[0]?.links).toEqual([
      { url: made().url, madeAt: now, expiresAt: now + 48 * hour, cause: 'asked' },
      {
        url: 'https://b/2',
        madeAt: now + hour,
        expiresAt: now + 48 * hour,
        cause: 'asked',
        allowedIps: ['203.0.113.1'],
      },
    ]);
  });

  it('tells another version under the same key apart', () => {
    const ledger = add(add(emptyLedger), { versionId: 'v2', checksum: 'cd'.repeat(32) });
    expect(ledger.entries).toHaveLength(2);
    expect(entryOf(ledger, made().packageKey)?.versionId).toBe('v2');
  });

  it('forgets what is gone for more than a year, and nothing that may still be there', () => {
    const gone = withMark(add(emptyLedger), made().packageKey, { goneAt: now }, now);
    const later = now + rememberedMs;
    expect(add(gone, { packageKey: 'other' }, later).entries).toHaveLength(2);
    expect(add(gone, { packageKey: 'other' }, later + 1).entries.map(({ key }) => key)).toEqual(['other']);
    expect(add(add(emptyLedger), { packageKey: 'other' }, now + 3 * rememberedMs).entries).toHaveLength(2);
  });

  it('keeps what a later version of the program wrote into it', () => {
    const text = JSON.stringify({ ...add(emptyLedger), format: 2 });
    const parsed = parseLedger(text.replace('"filename"', '"colour":"red","filename"'));
    if (!('ledger' in parsed)) throw new Error(parsed.problem);
    expect(JSON.stringify(add(parsed.ledger, { url: 'https://b/2' }))).toContain('"colour":"red"');
    expect(add(parsed.ledger)).toMatchObject({ format: 2 });
  });

  it('remembers a revocation until it is proven, given up, or a new link is made', () => {
    const key = made().packageKey;
    const begun = withMark(add(emptyLedger), key, { revoking: { since: now, isKilled: true } }, now);
    expect(entryOf(begun, key)?.revoking).toEqual({ since: now, isKilled: true });
    expect(parseLedger(JSON.stringify(begun))).toEqual({ ledger: begun });
    const gone = withMark(begun, key, { goneAt: now }, now);
    expect(entryOf(gone, key)?.revoking?.since).toBe(now);
    const proven = withMark(gone, key, { revokedAt: now + 1 }, now);
    expect(entryOf(proven, key)).toMatchObject({ revokedAt: now + 1, goneAt: now });
    expect(entryOf(proven, key)).not.toHaveProperty('revoking');
    expect(withoutIntent(begun, key)).toEqual(add(emptyLedger));
    expect(withoutIntent(proven, key)).toBe(proven);
    const renewed = entryOf(add(begun, { url: 'https://b/2' }), key);
    expect(renewed?.links).toHaveLength(2);
    expect(renewed).not.toHaveProperty('revoking');
  });

  it('adds a package of somebody else once', () => {
    const [entry] = add(emptyLedger).entries;
    if (!entry) throw new Error('no entry');
    expect(withKnown(withKnown(emptyLedger, entry), entry).entries).toEqual([entry]);
  });

  it('never loses a link that still works, however many ended before it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 120 }), (lives) => {
        let ledger = emptyLedger;
        lives.forEach((life, index) => {
          const at = now + index * hour;
          ledger = add(ledger, { url: `https://b/${index}`, expiresAt: at + life * hour }, at);
        });
        const end = now + (lives.length - 1) * hour;
        const kept = new Set(ledger.entries[0]?.links.map(({ url }) => url));
        lives.forEach((life, index) => {
          if (now + (index + life) * hour > end) expect(kept).toContain(`https://b/${index}`);
        });
      }),
    );
  });

  it('reads back what it wrote, and refuses all else by name', () => {
    const ledger = add(emptyLedger, { platforms: ['windows'], by: 'arn:aws:iam::1:user/a' });
    expect(parseLedger(JSON.stringify(ledger))).toEqual({ ledger });
    expect(parseLedger('{')).toEqual({ problem: 'it is not JSON' });
    expect(parseLedger('[]')).toMatchObject({ problem: expect.any(String) });
    const broken = JSON.stringify(ledger).replace('"https://', '"javascript://');
    expect(parseLedger(broken)).toMatchObject({
      problem: expect.stringContaining('entries.0.links.0.url'),
    });
  });
});
