import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackageEntry } from '../../src/domain/distribution.ts';
import { expiringWithinMs } from '../../src/domain/link-life.ts';
import { compareFile, findPackage, packageState } from '../../src/domain/links.ts';
import { type BucketObject, knownLinks, subjectOf } from '../../src/domain/package-list.ts';

const stamps = ['20261120-103516', '20261120-114500', '20261121-080000'];
const packages = stamps.map(
  (stamp, index): PackageEntry => ({
    key: `packages/${stamp}/claude-code-package-${stamp}.zip`,
    filename: `claude-code-package-${stamp}.zip`,
    size: 100 + index,
    modifiedAt: index,
    state: 'valid',
    checksum: String(index).repeat(64),
  }),
);

describe('the state of a package', () => {
  const ends = fc.array(fc.record({ expiresAt: fc.integer({ min: 0, max: 10 ** 13 }) }), { maxLength: 5 });
  const objects = fc.constantFrom('there', 'gone', 'unknown' as const);
  const now = fc.integer({ min: 0, max: 10 ** 13 });

  it('is revoked whatever else, gone whatever its links say, and not known without any', () => {
    fc.assert(
      fc.property(objects, ends, fc.boolean(), now, (object, links, isRevoked, at) => {
        const state = packageState({ object: object as 'there', links, isRevoked }, at);
        if (isRevoked) expect(state).toBe('revoked');
        else if (object === 'gone') expect(state).toBe('gone');
        else expect(state === 'unknown').toBe(links.length === 0);
      }),
    );
  });

  it('is alive exactly as long as one link is, and says before that it ends', () => {
    fc.assert(
      fc.property(ends, now, (links, at) => {
        const state = packageState({ object: 'there', links, isRevoked: false }, at);
        const isAlive = links.some(({ expiresAt }) => expiresAt > at);
        expect(state === 'valid' || state === 'expiring').toBe(isAlive);
        const isLong = links.some(({ expiresAt }) => expiresAt - at > expiringWithinMs);
        expect(state === 'valid').toBe(isLong);
      }),
    );
  });

  it('never comes back to life by waiting', () => {
    const order = ['valid', 'expiring', 'expired'];
    fc.assert(
      fc.property(ends, now, fc.nat(10 ** 12), (links, at, more) => {
        fc.pre(links.length > 0);
        const early = packageState({ object: 'there', links, isRevoked: false }, at);
        const late = packageState({ object: 'there', links, isRevoked: false }, at + more);
        expect(order.indexOf(late)).toBeGreaterThanOrEqual(order.indexOf(early));
      }),
    );
  });
});

describe('the version that links serve', () => {
  const version = (versionId: string) => ({ versionId, size: 1, modifiedAt: 1, etag: 'e' });
  const key = 'packages/a/a.zip';
  const ledger = {
    key,
    bucket: 'b',
    region: 'r',
    versionId: 'mine',
    filename: 'a.zip',
    size: 1,
    sha256: 'ab'.repeat(32),
    platforms: [],
    builds: [],
    files: [],
    createdAt: 1,
    links: [],
  };
  const of = (object: BucketObject | undefined, known = true, areVersionsListed = true) =>
    subjectOf({
      key,
      areVersionsListed,
      ...(object ? { object } : {}),
      ...(known ? { ledger } : {}),
    });

  it('is there below a delete marker and below another object', () => {
    expect(of({ key, versions: [version('mine')], markers: ['m'] })).toMatchObject({
      presence: 'there',
      covered: 'deleted',
    });
    expect(
      of({ key, versions: [version('other'), version('mine')], markers: [], top: version('other') }),
    ).toMatchObject({ presence: 'there', covered: 'replaced', versionId: 'mine', isOnTop: false });
    const plain = of({ key, versions: [version('mine')], markers: [], top: version('mine') });
    expect(plain).toMatchObject({ presence: 'there', isOnTop: true });
    expect(plain.covered).toBeUndefined();
  });

  it('is gone where it is not among the versions, and must be asked for where none may be listed', () => {
    expect(of(undefined).presence).toBe('gone');
    expect(of({ key, versions: [version('other')], markers: [], top: version('other') }).presence).toBe(
      'gone',
    );
    expect(of(undefined, true, false).presence).toBe('ask');
    expect(of({ key, markers: [], top: version('x') }, true, false).presence).toBe('ask');
  });

  it('of a package nobody knows may be served below a delete marker', () => {
    expect(of({ key, versions: [version('x')], markers: ['m'] }, false)).toMatchObject({
      presence: 'there',
      covered: 'deleted',
    });
  });

  it('of a link to no version in particular ends with a delete marker', () => {
    const record = {
      url: 'https://b/packages/a/a.zip?X-Amz-Signature=1',
      expiresAt: 1,
      expiryHasZone: false,
      packageKey: key,
      checksum: '',
      filename: 'a.zip',
    };
    const object = { key, versions: [version('x')], markers: ['m'] };
    expect(subjectOf({ key, areVersionsListed: true, object, record }).presence).toBe('gone');
    const pinned = { ...record, url: `${record.url}&versionId=x` };
    expect(subjectOf({ key, areVersionsListed: true, object, record: pinned })).toMatchObject({
      presence: 'there',
      covered: 'deleted',
    });
    expect(knownLinks({ key, areVersionsListed: true, record: pinned })).toHaveLength(1);
  });
});

describe('a reference', () => {
  it('is a key, a file name, or the beginning of a stamp', () => {
    for (const entry of packages) {
      expect(findPackage(packages, entry.key)).toBe(entry);
      expect(findPackage(packages, entry.filename)).toBe(entry);
      expect(findPackage(packages, entry.key.split('/')[1] ?? '')).toBe(entry);
    }
    expect(findPackage(packages, '20261121')).toBe(packages[2]);
  });

  it('that may mean several is refused with the candidates, and one that means none by name', () => {
    expect(() => findPackage(packages, '20261120')).toThrow(/103516.*114500/);
    expect(() => findPackage(packages, '2027')).toThrow("There is no package '2027'.");
    expect(() => findPackage(packages, '')).toThrow();
  });
});

describe('a file', () => {
  const file = (fields: Partial<{ name: string; size: number; sha256: string }>) =>
    compareFile(packages, { name: 'x.zip', size: 1, sha256: 'f'.repeat(64), ...fields });

  it('is the same by its bytes alone', () => {
    expect(file({ sha256: '1'.repeat(64) })).toEqual({ verdict: 'same', entry: packages[1] });
  });

  it('is another by its name, also as browsers change it, or by its size', () => {
    const { filename = '' } = packages[0] ?? {};
    for (const name of [filename, filename.replace('.zip', ' (1).zip'), filename.replace('.zip', '(2).zip')])
      expect(file({ name })).toEqual({ verdict: 'different', entry: packages[0] });
    expect(file({ size: 102 })).toEqual({ verdict: 'different', entry: packages[2] });
    expect(file({})).toEqual({ verdict: 'unknown' });
  });

  it('of several packages with the same bytes is the one of that name, or one that is still there', () => {
    const twins = packages.map((entry, index) => ({
      ...entry,
      checksum: '7'.repeat(64),
      state: index === 0 ? ('revoked' as const) : ('valid' as const),
    }));
    const asked = { name: 'x.zip', size: 1, sha256: '7'.repeat(64) };
    expect(compareFile(twins, asked)).toMatchObject({ entry: { key: packages[1]?.key } });
    expect(compareFile(twins, { ...asked, name: packages[2]?.filename ?? '' })).toMatchObject({
      entry: { key: packages[2]?.key },
    });
  });
});
