import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DistributionEvent } from '../../../src/domain/distribution.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import type { SigningCredentials } from '../../../src/services/aws-clients.ts';
import {
  goodArtifact,
  leaving,
  notes,
  region,
  type ShipBench,
  ship,
  shipped,
  startShipBench,
  toItsEnd,
} from './ship-bench.ts';

let bench: ShipBench;
const hour = 3_600_000;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterAll(() => bench.close());

beforeEach(() => {
  bench.fault(() => undefined);
  bench.clock.advance(60_000);
});

/** A service whose signing credentials have this end. */
function signedWith(change: Partial<SigningCredentials>): DistributionsService {
  const { aws } = bench;
  return bench.withDeps({
    aws: {
      ...aws,
      freshCredentials: async (region, signal) => ({
        ...(await aws.freshCredentials(region, signal)),
        ...change,
      }),
    },
  });
}

function positions(events: readonly DistributionEvent[]) {
  return {
    shortLink: events.findIndex(({ kind }) => kind === 'short-link'),
    linkDone: events.findIndex((e) => e.kind === 'step' && e.step === 'LINK' && e.state === 'done'),
  };
}

describe('the link', () => {
  it('lives as long as was asked with long-term keys', async () => {
    const { distribution, events } = await ship(bench.distributions, { expiresHours: 168 });
    expect(distribution.expiresAt - bench.clock.now()).toBeCloseTo(168 * hour, -4);
    expect(distribution.expiryCause).toBe('asked');
    expect(positions(events).shortLink).toBe(-1);
    expect(new URL(distribution.url).searchParams.get('X-Amz-Expires')).toBe(String(168 * 3600));
  });

  it('ends with the session that signs, which is said before it is made', async () => {
    const end = Math.floor(bench.clock.now() / 1000) * 1000 + hour;
    const { distribution, events } = await ship(signedWith({ expiration: new Date(end) }));
    expect(distribution).toMatchObject({ expiresAt: end, expiryCause: 'credentials' });
    const { shortLink, linkDone } = positions(events);
    expect(events[shortLink]).toMatchObject({ expiresAt: end, cause: 'credentials' });
    expect(shortLink).toBeGreaterThan(-1);
    expect(shortLink).toBeLessThan(linkDone);
    expect((await bench.distributions.latest(new AbortController().signal))?.expiresAt).toBe(end);
  });

  it('says where nobody knows when the session that signs ends', async () => {
    const { events } = await shipped(signedWith({ sessionToken: 'token' }));
    expect(notes(events)).toContain('do not say when they end');
    const works = events.find((e) => e.kind === 'step' && e.step === 'LINK' && e.state === 'done');
    expect(works).toMatchObject({ detail: expect.stringContaining('works until') });
    // Long-term keys do not end.
    const { events: told } = await ship(bench.distributions);
    expect(notes(told)).not.toContain('do not say when they end');
  });

  it('goes by the clock of S3 when it is renewed, too', async () => {
    const { distribution } = await ship(bench.distributions, { expiresHours: 1 });
    const slow = bench.withDeps({ clock: { ...bench.clock, now: () => bench.clock.now() - 40 * 60_000 } });
    const renewal = slow.links.renew(
      distribution.packageKey,
      { expiresHours: 1 },
      new AbortController().signal,
    );
    const { distribution: renewed, events } = await toItsEnd(renewal);
    expect(Math.abs((renewed?.expiresAt ?? 0) - bench.clock.now() - hour)).toBeLessThan(10_000);
    expect(notes(events)).toMatch(/clock is 2[34]\d\d s behind/);
    expect((await fetch(renewed?.url ?? '')).status).toBe(200);
  });

  it('is not made with a session that has ended; what is there can be cleaned up', async () => {
    const before = await bench.bucketState();
    const { error } = await shipped(signedWith({ expiration: new Date(bench.clock.now() - 1) }));
    expect(error).toMatchObject({ kind: 'credentials' });
    await bench.cleanUp();
    expect(await bench.bucketState()).toEqual(before);
  });

  it('ends with the package, where the bucket removes it sooner', async () => {
    const end = Math.floor((bench.clock.now() + 24 * hour) / 1000) * 1000;
    const service = withHeadHeader(
      'x-amz-expiration',
      `expiry-date="${new Date(end).toUTCString()}", rule-id="r"`,
    );
    const { distribution, events } = await ship(service);
    expect(distribution).toMatchObject({ expiresAt: end, expiryCause: 'object' });
    expect(positions(events).shortLink).toBeGreaterThan(-1);
  });

  it('goes by the clock of S3 where this machine’s is wrong', async () => {
    const slow = bench.withDeps({ clock: { ...bench.clock, now: () => bench.clock.now() - 40 * 60_000 } });
    const { distribution, events } = await ship(slow, { expiresHours: 1 });
    // By this machine's clock it would have been signed long ago, and live 20 minutes.
    expect(Math.abs(distribution.expiresAt - bench.clock.now() - hour)).toBeLessThan(10_000);
    expect(notes(events)).toMatch(/clock is 2[34]\d\d s behind/);
    expect((await fetch(distribution.url)).status).toBe(200);
  });

  it('that would make the record too large is refused while nothing is visible', async () => {
    const before = await bench.bucketState();
    const latest = await bench.distributions.latest(new AbortController().signal);
    const { error } = await shipped(signedWith({ accessKeyId: 'A'.repeat(4_000) }));
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining('4096') });
    expect(await bench.bucketState()).toEqual(before);
    expect(await bench.distributions.latest(new AbortController().signal)).toEqual(latest);
  });
});

describe('reading back', () => {
  const good = () => bench.bucketState();

  it('refuses other bytes than were packed', async () => {
    const before = await good();
    let reads = 0;
    bench.fault(({ operation }) => {
      // The first is the artifact's download.
      if (operation === 'GetObject') reads += 1;
      return operation === 'GetObject' && reads > 1
        ? { kind: 'answer', status: 200, body: 'other' }
        : undefined;
    });
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({ kind: 'failed', message: expect.stringContaining('not the package') });
    expect(await good()).toEqual(before);
  });

  it('tells why the link does not work', async () => {
    const before = await good();
    let reads = 0;
    bench.fault(({ operation }) => {
      if (operation === 'GetObject') reads += 1;
      return operation === 'GetObject' && reads > 1
        ? { kind: 'error', code: 'AccessDenied', message: 'Access \u001b[31mDenied', status: 403 }
        : undefined;
    });
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({
      kind: 'permission',
      message: expect.stringContaining('HTTP 403, AccessDenied'),
    });
    expect(String((error as Error).message)).not.toContain('\u001b');
    expect(await good()).toEqual(before);
  });

  it('gives up after silence', async () => {
    const before = await good();
    let reads = 0;
    const { promise: never } = Promise.withResolvers<void>();
    bench.fault(({ operation }) => {
      if (operation === 'GetObject') reads += 1;
      return operation === 'GetObject' && reads > 1 ? { kind: 'delay', until: never } : undefined;
    });
    // A clock on which time flies as soon as the link is being read.
    const hasty = bench.withDeps({
      clock: {
        now: () => bench.clock.now(),
        async sleep(ms, signal) {
          while (reads < 2 && ms === 5_000) await new Promise(setImmediate);
          if (ms !== 5_000) return bench.clock.sleep(ms, signal);
          signal?.throwIfAborted();
          bench.clock.advance(ms);
        },
      },
    });
    const { error } = await shipped(hasty);
    expect(error).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('nothing came for 30 s'),
    });
    bench.fault(() => undefined);
    await bench.cleanUp();
    expect(await good()).toEqual(before);
  });
});

describe('two administrators', () => {
  it('who ship at the same time are told of each other', async () => {
    let theirs: ReturnType<typeof ship> | undefined;
    bench.fault(({ operation }) => {
      if (operation !== 'PutObject' || theirs) return undefined;
      theirs = ship(bench.withDeps({}));
      return { kind: 'delay', until: theirs };
    });
    const { events } = await ship(bench.distributions);
    const { distribution } = (await theirs) ?? {};
    expect(notes(events)).toContain(`Another distribution (${distribution?.packageKey}) was recorded`);
  });

  it('are told of each other also where the record was deleted between, so that its versions begin anew', async () => {
    await ship(bench.distributions);
    const ssm = await bench.aws.ssm(region);
    const Name = bench.deployment.parameterName;
    await ssm.send(new DeleteParameterCommand({ Name }));
    await ship(bench.distributions);
    let theirs: ReturnType<typeof ship> | undefined;
    bench.fault(({ operation }) => {
      if (operation !== 'PutObject' || theirs) return undefined;
      theirs = ssm.send(new DeleteParameterCommand({ Name })).then(() => ship(bench.withDeps({})));
      return { kind: 'delay', until: theirs };
    });
    const { events } = await ship(bench.distributions);
    const { distribution } = (await theirs) ?? {};
    expect(notes(events)).toContain(`Another distribution (${distribution?.packageKey}) was recorded`);
  });

  it('and nobody is told of one who is not there', async () => {
    const { events } = await ship(bench.distributions);
    expect(notes(events)).not.toMatch(/[Aa]nother distribution|Somebody else/);
  });
});

/** A service that sees one more header on every HEAD answer. */
function withHeadHeader(name: string, value: string): DistributionsService {
  const { aws } = bench;
  return bench.withDeps({
    aws: {
      ...aws,
      async s3(region, options) {
        // A client of its own: the usual one is kept.
        const client = await aws.s3(region, { ...options, credentials: bench.sandbox.info.credentials });
        client.middlewareStack.add(
          (next) => async (args) => {
            const result = await next(args);
            const { headers } = result.response as { headers?: Record<string, string> };
            if (headers && (args.request as { method?: string }).method === 'HEAD') headers[name] = value;
            return result;
          },
          { step: 'deserialize', name: 'addHeader', priority: 'low', override: true },
        );
        return client;
      },
    },
  });
}
