import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DistributionEvent } from '../../../src/domain/distribution.ts';
import type { SigningCredentials } from '../../../src/services/aws-clients.ts';
import type { DistributionsDeps } from '../../../src/services/distributions/distributions.ts';
import { goodArtifact, leaving, notes, type ShipBench, ship, shipped, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
const hour = 3_600_000;
const secret = 'claude-code-auth-distributor-credentials';

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterAll(() => bench.close());

beforeEach(() => {
  bench.fault(() => undefined);
  bench.clock.advance(60_000);
});

/** A service whose stack has a signing user, for somebody whose own session ends in an hour. */
function sessionOf(change: Partial<SigningCredentials>, more: Partial<DistributionsDeps> = {}) {
  const { aws, deployment } = bench;
  return bench.withDeps({
    deployment: { ...deployment, distributorSecret: secret },
    aws: {
      ...aws,
      freshCredentials: async (region, signal) => ({
        ...(await aws.freshCredentials(region, signal)),
        ...change,
      }),
      currentCredentials: async (region, signal) => ({
        ...(await aws.currentCredentials(region, signal)),
        ...change,
      }),
    },
    ...more,
  });
}

const endingSoon = () => ({ expiration: new Date(bench.clock.now() + hour) });
const shortLinks = (events: readonly DistributionEvent[]) =>
  events.flatMap((event, index) => (event.kind === 'short-link' ? [{ ...event, index }] : []));
const keyOf = (url: string) => new URL(url).searchParams.get('X-Amz-Credential')?.split('/')[0];
const ownKey = () => bench.sandbox.info.credentials.accessKeyId;

describe('the distribution stack’s user', () => {
  it('signs for a week though the session ends in an hour, and the link works until then', async () => {
    const { distribution, events } = await ship(sessionOf(endingSoon()), { expiresHours: 168 });
    expect(keyOf(distribution.url)).toMatch(/^AKIA/);
    expect(keyOf(distribution.url)).not.toBe(ownKey());
    expect(distribution.expiryCause).toBe('asked');
    expect(distribution.expiresAt - bench.clock.now()).toBeCloseTo(168 * hour, -4);
    expect(shortLinks(events)).toEqual([]);
    bench.clock.advance(167 * hour);
    const late = await fetch(distribution.url);
    expect((await late.arrayBuffer()).byteLength).toBe(distribution.size);
    bench.clock.advance(hour);
    expect((await fetch(distribution.url)).status).toBe(403);
  });

  it('signs links that only some addresses may use, too', async () => {
    const allowedIps = ['127.0.0.2/32'];
    const { distribution } = await ship(sessionOf(endingSoon()), { allowedIps, ask: async () => true });
    expect(keyOf(distribution.url)).not.toBe(ownKey());
    expect(distribution.verified).toContain('Read back by a signed request');
  });

  it.each([
    ['may not be read', 'AccessDeniedException', 'may not be read (secretsmanager:GetSecretValue)'],
    ['is not there', 'ResourceNotFoundException', 'There is no secret'],
    ['is being deleted', 'InvalidRequestException', 'Reading the secret'],
  ])('whose secret %s leaves it to the session, which is said', async (_, code, said) => {
    bench.fault(({ service }) =>
      service === 'secretsmanager' ? { kind: 'error', code, status: 400 } : undefined,
    );
    const { distribution, events } = await ship(sessionOf({}));
    expect(keyOf(distribution.url)).toBe(ownKey());
    expect(notes(events)).toContain(said);
    expect(notes(events)).toContain('your own credentials sign the link');
  });

  it('is waited for while Secrets Manager is busy', async () => {
    let asked = 0;
    bench.fault(({ service }) => {
      if (service !== 'secretsmanager') return undefined;
      asked += 1;
      return asked <= 2 ? { kind: 'throttle' } : undefined;
    });
    const { distribution } = await ship(sessionOf({}));
    expect(asked).toBe(3);
    expect(keyOf(distribution.url)).not.toBe(ownKey());
  });

  it.each([
    ['is no JSON', 'AKIDSECRET sEcReT'],
    ['lacks the key', '{"AccessKeyId":"AKIAAAAAAAAAAAAAAAAA"}'],
    ['is another thing', '["sEcReT"]'],
    ['holds no key', '{"AccessKeyId":"sEcReT id","SecretAccessKey":"sEcReT key"}'],
  ])('whose secret %s is passed over, and nothing of it is told', async (_, value) => {
    bench.fault(({ service }) =>
      service === 'secretsmanager'
        ? { kind: 'transform', json: (answer) => ({ ...answer, SecretString: value }) }
        : undefined,
    );
    const { distribution, events } = await ship(sessionOf({}));
    expect(keyOf(distribution.url)).toBe(ownKey());
    expect(notes(events)).toContain('holds no key pair');
    expect(JSON.stringify(events)).not.toMatch(/sEcReT|AKIDSECRET/);
  });

  it.each([
    ['was deleted', 'AKIADELETED000000000', 'sEcReT+deleted'],
    ['was replaced', undefined, 'sEcReT+other'],
  ])('whose key %s does not sign: the session does, and nothing of it is told', async (_, id, value) => {
    bench.fault(({ service }) =>
      service === 'secretsmanager'
        ? {
            kind: 'transform',
            json: (answer) => {
              const pair = JSON.parse(String(answer.SecretString));
              const other = { AccessKeyId: id ?? pair.AccessKeyId, SecretAccessKey: value };
              return { ...answer, SecretString: JSON.stringify(other) };
            },
          }
        : undefined,
    );
    const { distribution, events } = await ship(sessionOf(endingSoon()), { expiresHours: 48 });
    expect(keyOf(distribution.url)).toBe(ownKey());
    expect(notes(events)).toContain('S3 does not accept its key');
    expect(JSON.stringify(events)).not.toContain('sEcReT');
    // The session signs after all: then its end counts, and is said before the link is there.
    expect(shortLinks(events)).toMatchObject([{ cause: 'credentials' }]);
    expect((await fetch(distribution.url)).status).toBe(200);
  });
});

describe('a session that ends before the link would', () => {
  const denySecret = () =>
    bench.fault(({ service }) =>
      service === 'secretsmanager' ? { kind: 'error', code: 'AccessDeniedException' } : undefined,
    );

  it('is told of as the run begins, with the ways out, and again before the link is made', async () => {
    denySecret();
    const { events, distribution } = await ship(sessionOf(endingSoon()), { expiresHours: 48 });
    const [early, exact] = shortLinks(events);
    const begins = (step: string) =>
      events.findIndex((event) => event.kind === 'step' && event.step === step && event.state === 'started');
    expect(early).toMatchObject({ cause: 'credentials', estimate: true });
    expect(early?.index).toBeLessThan(begins('CHECK'));
    expect(exact).toMatchObject({ cause: 'credentials', expiresAt: distribution.expiresAt });
    expect(exact).not.toHaveProperty('estimate');
    expect(exact?.index).toBeGreaterThan(begins('LINK'));
    expect(notes(events)).toMatch(/GetSecretValue granted.*sign in anew.*long-term keys.*at most 1 h/);
  });

  it('is nothing to tell of where the link ends before', async () => {
    denySecret();
    const { events } = await ship(sessionOf({ expiration: new Date(bench.clock.now() + 2 * hour) }), {
      expiresHours: 1,
    });
    expect(shortLinks(events)).toEqual([]);
  });

  it('and whose secret cannot be reached at all makes none', async () => {
    const before = await bench.bucketState();
    bench.fault(({ service }) =>
      service === 'secretsmanager' ? { kind: 'drop', when: 'before' } : undefined,
    );
    const { error } = await shipped(sessionOf(endingSoon()));
    expect(error).toMatchObject({ kind: 'network' });
    expect(await bench.bucketState()).toEqual(before);
  });
});
