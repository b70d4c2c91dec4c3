import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endedStatements,
  findStatement,
  holdsFor,
  mostPolicyBytes,
  type OwnStatement,
  ownStatements,
  partitionOf,
  restriction,
  revocation,
  sameStatement,
  withoutStatement,
  withStatement,
} from '../../src/domain/bucket-policy.ts';
import { AppError } from '../../src/domain/errors.ts';
import { addressesSid, parseSid, revokedSid, withEnd } from '../../src/domain/policy-sid.ts';

const key = 'packages/20261120-103000/claude-code-package-20261120-103000.zip';
const place = { partition: 'aws', bucket: 'ship', key };
const until = Date.UTC(2026, 10, 22, 10, 30);
const ours = restriction({ ...place, allowed: ['203.0.113.0/24'], until });

const foreign = {
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:*',
  Resource: ['arn:aws:s3:::ship', 'arn:aws:s3:::ship/*'],
  Condition: { Bool: { 'aws:SecureTransport': false } },
};
const policy = (...statements: unknown[]) =>
  JSON.stringify({ Id: 'theirs', Version: '2012-10-17', Statement: statements, Unknown: [1] });

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a statement of ours', () => {
  it('denies links to one package from anywhere else, and nothing but links', () => {
    expect(ours).toEqual({
      Sid: `${addressesSid(key)}Until20261122T1030Z`,
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: `arn:aws:s3:::ship/${key}`,
      Condition: {
        NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] },
        StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
      },
    });
  });

  it('denies every link to a revoked package', () => {
    expect(revocation(place)).toEqual({
      Sid: revokedSid(key),
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: `arn:aws:s3:::ship/${key}`,
      Condition: { StringEquals: { 's3:authType': 'REST-QUERY-STRING' } },
    });
  });

  it('has a name of letters and digits, one for each package and purpose', () => {
    const sids = [key, `${key}.zip`, 'packages/windows/latest.zip'].flatMap((one) => [
      addressesSid(one),
      revokedSid(one),
    ]);
    expect(new Set(sids).size).toBe(sids.length);
    for (const sid of sids) expect(sid).toMatch(/^CcwbTui[0-9a-f]{16}(Addresses|Revoked)$/);
  });

  it('names a package literally, whatever its name means to a policy', () => {
    const { Resource } = revocation({ ...place, key: 'packages/a*b?${aws:username}.zip' });
    expect(Resource).toBe('arn:aws:s3:::ship/packages/a${*}b${?}${$}{aws:username}.zip');
    const key = 'packages/a*b?${aws:username}.zip';
    const text = policy(revocation({ ...place, key }));
    expect(ownStatements(text)).toEqual([{ name: revokedSid(key), key }]);
  });

  it.each([
    ['eu-central-1', 'aws'],
    ['us-east-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
  ])('in %s speaks of partition %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });
});

describe('putting a statement into a policy', () => {
  it('begins one where there is none', () => {
    const { text, added, removed } = withStatement(undefined, ours);
    expect(JSON.parse(text)).toEqual({ Version: '2012-10-17', Statement: [ours] });
    expect(removed).toEqual([]);
    expect(added).toEqual([
      `Sid: ${ours.Sid}`,
      'Effect: Deny',
      'Principal: *',
      'Action: ["s3:GetObject","s3:GetObjectVersion"]',
      `Resource: arn:aws:s3:::ship/${key}`,
      'Condition NotIpAddress: {"aws:SourceIp":["203.0.113.0/24"]}',
      'Condition StringEquals: {"s3:authType":"REST-QUERY-STRING"}',
    ]);
  });

  it('leaves the statements of others, and keys it does not know, where they were', () => {
    const { text } = withStatement(policy(foreign), ours);
    expect(text).toBe(policy(foreign, ours));
  });

  it('puts a statement that stood alone into a list', () => {
    const { text } = withStatement(JSON.stringify({ Statement: foreign, Id: 'x' }), ours);
    expect(text).toBe(JSON.stringify({ Statement: [foreign, ours], Id: 'x' }));
  });

  it('replaces the one of the same package in its place, and says both', () => {
    const wider = restriction({ ...place, allowed: ['203.0.0.0/16'], until });
    const { text, added, removed } = withStatement(policy(ours, foreign), wider);
    expect(text).toBe(policy(wider, foreign));
    expect(removed).toContain('Condition NotIpAddress: {"aws:SourceIp":["203.0.113.0/24"]}');
    expect(added).toContain('Condition NotIpAddress: {"aws:SourceIp":["203.0.0.0/16"]}');
  });

  it('changes nothing where it stands there already, as S3 may write it', () => {
    const { Condition: _, ...rest } = ours;
    const asS3 = {
      Condition: {
        StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
        NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
      },
      ...rest,
    };
    expect(withStatement(policy(foreign, asS3), ours)).toEqual({
      text: policy(foreign, asS3),
      added: [],
      removed: [],
    });
  });

  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['a word', '"x"'],
    ['null', 'null'],
    ['no statements', '{"Version":"2012-10-17"}'],
    ['statements that are none', '{"Statement":[{}, "x"]}'],
    ['statements that are a text', '{"Statement":"x"}'],
  ])('refuses %s and says that it is left', (_, text) => {
    for (const work of [
      () => withStatement(text, ours),
      () => withoutStatement(text, 'x'),
      () => ownStatements(text),
    ]) {
      expect(refusal(work)).toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining('left as it is'),
      });
    }
  });

  it('refuses to take the place of another package’s statement of the same name', () => {
    const other = { ...revocation({ ...place, key: 'packages/other.zip' }), Sid: ours.Sid };
    expect(refusal(() => withStatement(policy(other), ours)).kind).toBe('conflict');
    expect(refusal(() => withStatement(policy(ours, ours), ours)).kind).toBe('conflict');
  });

  it('refuses what S3 would not take, at the very byte', () => {
    const filled = (length: number) => policy({ ...foreign, Sid: 'x'.repeat(length) });
    const room = mostPolicyBytes - withStatement(filled(0), ours).text.length;
    expect(withStatement(filled(room), ours).text).toHaveLength(mostPolicyBytes);
    expect(refusal(() => withStatement(filled(room + 1), ours))).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`${mostPolicyBytes + 1} bytes`),
    });
    expect(refusal(() => withStatement(policy({ ...foreign, Sid: 'ä'.repeat(room) }), ours)).kind).toBe(
      'invalid',
    );
  });

  it('refuses a name that only newer policies can speak of in an older one', () => {
    const starred = revocation({ ...place, key: 'packages/*.zip' });
    expect(refusal(() => withStatement(JSON.stringify({ Statement: [foreign] }), starred)).kind).toBe(
      'invalid',
    );
    expect(withStatement(policy(foreign), starred).added.length).toBeGreaterThan(0);
  });

  it('shows no control characters of a statement that was tampered with', () => {
    const tampered = { ...ours, Note: '\u001b[2J' } as OwnStatement;
    expect(withStatement(policy(tampered), ours).removed.join()).not.toContain('\u001b');
  });
});

describe('taking a statement out', () => {
  it('leaves the others', () => {
    const { text, removed } = withoutStatement(policy(foreign, ours), ours.Sid);
    expect(text).toBe(policy(foreign));
    expect(removed).toContain(`Sid: ${ours.Sid}`);
  });

  it('leaves no policy where no statement is left', () => {
    expect(withoutStatement(JSON.stringify({ Statement: ours }), ours.Sid).text).toBeUndefined();
  });

  it('leaves a policy without it to the letter', () => {
    const text = `${policy(foreign)}\n `;
    expect(withoutStatement(text, ours.Sid)).toEqual({ text, removed: [] });
  });

  it('finds ours with their packages, and never anybody else’s', () => {
    const gone = revocation({ ...place, key: 'packages/gone.zip' });
    const lookalike = { ...ours, Resource: 'arn:aws:s3:::ship/packages/another.zip' };
    const text = policy(foreign, ours, gone, lookalike, { ...gone, Effect: 'Allow' });
    expect(ownStatements(text)).toEqual([
      { name: addressesSid(key), until, key },
      { name: gone.Sid, key: 'packages/gone.zip' },
    ]);
  });
});

describe('the end of a restriction', () => {
  const at = (end: number) => restriction({ ...place, allowed: ['203.0.113.0/24'], until: end });
  const later = at(until + 86_400_000);

  it('is in its name, in whole minutes and never too soon', () => {
    const anyEnd = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2100, 0) });
    fc.assert(
      fc.property(anyEnd, fc.string(), (end, otherKey) => {
        const name = addressesSid(otherKey);
        const parsed = parseSid(withEnd(name, end));
        expect(parsed.name).toBe(name);
        expect((parsed.until ?? 0) - end).toBeGreaterThanOrEqual(0);
        expect((parsed.until ?? 0) - end).toBeLessThan(60_000);
        expect(withEnd(name, end)).toMatch(/^[A-Za-z0-9]+$/);
      }),
    );
  });

  it.each(['', 'TlsOnly', 'CcwbTuiUntil20261122T1030Z', `${revokedSid(key)}Until20261122T1030Z`, 'xUntil1'])(
    'is not in the name %j of a statement',
    (sid) => {
      expect(parseSid(sid)).toEqual({ name: sid });
    },
  );

  it('is none where the name tells a day that there is not', () => {
    const sid = `${addressesSid(key)}Until20261399T9999Z`;
    expect(parseSid(sid)).toEqual({ name: sid });
  });

  it('moves on with a longer link, and never back with a shorter one', () => {
    expect(withStatement(policy(ours, foreign), later)).toMatchObject({
      text: policy(later, foreign),
      added: expect.arrayContaining([`Sid: ${later.Sid}`]),
    });
    expect(withStatement(policy(later, foreign), ours)).toEqual({
      text: policy(later, foreign),
      added: [],
      removed: [],
    });
    const narrower = restriction({ ...place, allowed: ['203.0.113.7/32'], until });
    const { text } = withStatement(policy(later), narrower);
    expect(text).toBe(policy({ ...narrower, Sid: later.Sid }));
  });

  it('is never set on one that has none: its links are not known', () => {
    const endless = { ...ours, Sid: addressesSid(key) };
    expect(withStatement(policy(endless), later).text).toBe(policy(endless));
    expect(endedStatements(policy(endless), Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('holds for what ends sooner, for no other addresses, and not without them', () => {
    expect(holdsFor(later, ours)).toBe(true);
    expect(holdsFor(ours, later)).toBe(false);
    expect(holdsFor({ ...later, Condition: {} }, ours)).toBe(false);
    expect(holdsFor({ ...later, Effect: 'Allow' }, ours)).toBe(false);
  });

  it('is over an hour after the last link, for restrictions of ours alone', () => {
    const revoked = revocation(place);
    const lookalike = { ...ours, Resource: 'arn:aws:s3:::ship/packages/another.zip' };
    const text = policy(foreign, ours, revoked, lookalike);
    expect(endedStatements(text, until + 3_600_000 - 1)).toEqual([]);
    expect(endedStatements(text, until + 3_600_000)).toEqual([addressesSid(key)]);
    expect(endedStatements(policy(later), until + 3_600_000)).toEqual([]);
  });

  it('takes nothing from finding the statement by its name', () => {
    expect(findStatement(policy(foreign, ours), addressesSid(key))).toEqual(ours);
    expect(withoutStatement(policy(foreign, ours), addressesSid(key)).text).toBe(policy(foreign));
  });
});

const json = fc.jsonValue({ maxDepth: 3 });
const foreignStatement = fc.dictionary(fc.string(), json).map((value) => ({ ...value, Sid: 'theirs' }));
const foreignPolicy = fc.record({
  top: fc.dictionary(fc.string(), json),
  statements: fc.array(foreignStatement, { maxLength: 4 }),
});

describe('whatever else is in the policy', () => {
  it('is there in the same words after a statement came, changed and went', () => {
    fc.assert(
      fc.property(foreignPolicy, ({ top, statements }) => {
        const before = JSON.stringify({ ...top, Statement: statements });
        const first = withStatement(before, ours).text;
        expect(findStatement(first, ours.Sid)).toEqual(ours);
        const second = withStatement(
          first,
          restriction({ ...place, allowed: ['2001:db8::/32'], until }),
        ).text;
        const after = withoutStatement(second, ours.Sid).text;
        expect(after).toBe(statements.length === 0 ? undefined : before);
      }),
    );
  });

  it('is never the same as something that means another thing', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(sameStatement(a, JSON.parse(JSON.stringify(a)))).toBe(true);
        expect(sameStatement({ x: a, y: b }, { y: b, x: [a] })).toBe(true);
        expect(sameStatement(a, { other: a })).toBe(false);
      }),
    );
  });
});
