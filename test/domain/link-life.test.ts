import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CredentialsEnd,
  elideLink,
  expiringWithinMs,
  expiryReason,
  isShorterThanAsked,
  linkLife,
  linkState,
  waysOut,
} from '../../src/domain/link-life.ts';

const hour = 3_600_000;
const signedAt = Date.UTC(2026, 10, 20, 10, 30);

describe('the life of a link', () => {
  it('is what was asked for with long-term keys', () => {
    const life = linkLife({ signedAt, hours: 168, credentials: { kind: 'never' } });
    expect(life).toEqual({
      signedAt,
      askedUntil: signedAt + 168 * hour,
      expiresAt: signedAt + 168 * hour,
      cause: 'asked',
    });
    expect(isShorterThanAsked(life)).toBe(false);
  });

  it('ends with the session that signs', () => {
    const life = linkLife({ signedAt, hours: 48, credentials: { kind: 'at', at: signedAt + hour } });
    expect(life).toMatchObject({ expiresAt: signedAt + hour, cause: 'credentials' });
    expect(isShorterThanAsked(life)).toBe(true);
  });

  it('is as asked where the session lives longer', () => {
    const life = linkLife({ signedAt, hours: 1, credentials: { kind: 'at', at: signedAt + 12 * hour } });
    expect(life).toMatchObject({ expiresAt: signedAt + hour, cause: 'asked' });
  });

  it('says that the end of a session is not known', () => {
    const life = linkLife({ signedAt, hours: 4, credentials: { kind: 'unknown' } });
    expect(life).toMatchObject({ expiresAt: signedAt + 4 * hour, cause: 'unknown-credentials' });
  });

  it('ends with the object, where that goes first', () => {
    const objectEndsAt = signedAt + 2 * hour;
    const ends: CredentialsEnd[] = [
      { kind: 'never' },
      { kind: 'unknown' },
      { kind: 'at', at: signedAt + 3 * hour },
    ];
    for (const credentials of ends) {
      const life = linkLife({ signedAt, hours: 168, credentials, objectEndsAt });
      expect(life).toMatchObject({ expiresAt: objectEndsAt, cause: 'object' });
    }
  });

  it('never outlives what was asked, the credentials or the object', () => {
    const time = fc.integer({ min: signedAt - hour, max: signedAt + 400 * hour });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 168 }), time, time, (hours, at, objectEndsAt) => {
        const life = linkLife({ signedAt, hours, credentials: { kind: 'at', at }, objectEndsAt });
        expect(life.expiresAt).toBe(Math.min(signedAt + hours * hour, at, objectEndsAt));
      }),
    );
  });

  it('calls a few seconds less no shorter life', () => {
    const almost = linkLife({ signedAt, hours: 1, credentials: { kind: 'at', at: signedAt + hour - 5_000 } });
    expect(isShorterThanAsked(almost)).toBe(false);
  });

  it('gives a reason for every cause', () => {
    const reasons = (['asked', 'credentials', 'object', 'unknown-credentials'] as const).map(expiryReason);
    expect(new Set(reasons).size).toBe(4);
  });
});

describe('the state of a link', () => {
  it.each([
    [expiringWithinMs + 1, 'valid'],
    [expiringWithinMs, 'expiring'],
    [1, 'expiring'],
    [0, 'expired'],
    [-1, 'expired'],
  ] as const)('%i ms before its end it is %s', (left, state) => {
    expect(linkState(signedAt + left, signedAt)).toBe(state);
  });
});

describe('an elided link', () => {
  const link = `https://bucket.s3.us-east-1.amazonaws.com/packages/x.zip?X-Amz-Signature=${'f'.repeat(64)}`;

  it('is whole where it fits', () => {
    expect(elideLink(link, link.length)).toBe(link);
  });

  it('fills the width with its beginning and its end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.constantFrom('…', '...'), (width, ellipsis) => {
        const shown = elideLink(link, width, ellipsis);
        expect(shown.length).toBe(Math.min(width, link.length));
        const room = width - ellipsis.length;
        const elided = Array.from({ length: Math.max(0, room + 1) }, (_, head) => {
          return link.slice(0, head) + ellipsis + link.slice(link.length - (room - head));
        });
        expect([link, link.slice(0, width), ...elided]).toContain(shown);
      }),
    );
  });
});

describe('the ways out of a short link', () => {
  const life = (hours: number) =>
    linkLife({ signedAt, hours: 48, credentials: { kind: 'at', at: signedAt + hours * hour } });

  it('name the signing user, a new sign-in, long-term keys, and the hours that would do', () => {
    const text = waysOut(life(3.9), false);
    expect(text).toMatch(/deploy the distribution stack.*sign in anew.*long-term keys.*ask for at most 3 h/);
    expect(waysOut(life(3.9), true)).toContain('secretsmanager:GetSecretValue');
    expect(waysOut(life(0.5), true)).toContain('ask for fewer hours');
  });

  it('are others where the object ends', () => {
    const ends = linkLife({
      signedAt,
      hours: 48,
      credentials: { kind: 'never' },
      objectEndsAt: signedAt + 24 * hour,
    });
    expect(waysOut(ends, true)).toMatch(/at most 24 h, or change the bucket’s lifecycle rule/);
  });
});
