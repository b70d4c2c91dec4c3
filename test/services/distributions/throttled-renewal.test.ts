import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { goodArtifact, leaving, type ShipBench, ship, startShipBench, toItsEnd } from './ship-bench.ts';

let bench: ShipBench;
let key: string;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  key = (await ship(bench.distributions)).distribution.packageKey;
});

afterAll(() => bench.close());

beforeEach(() => {
  bench.clock.advance(60_000);
});

const renewed = () =>
  toItsEnd(bench.distributions.links.renew(key, { expiresHours: 24 }, new AbortController().signal));

describe('renewing while S3 asks to slow down', () => {
  it('waits for a minute, and says so', async () => {
    const until = bench.clock.now() + 60_000;
    bench.fault(({ service }) =>
      service === 's3' && bench.clock.now() < until ? { kind: 'throttle' } : undefined,
    );
    const { error, events, distribution } = await renewed();
    expect(error).toBeUndefined();
    expect(distribution?.packageKey).toBe(key);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'trouble', error: expect.objectContaining({ kind: 'throttled' }) }),
    );
    expect(events).toContainEqual({ kind: 'recovered' });
  });

  it('waits when the link itself is answered so', async () => {
    const until = bench.clock.now() + 60_000;
    bench.fault(({ operation }) =>
      operation === 'GetObject' && bench.clock.now() < until ? { kind: 'throttle' } : undefined,
    );
    const { error, events } = await renewed();
    expect(error).toBeUndefined();
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'trouble', error: expect.objectContaining({ kind: 'throttled' }) }),
    );
  });

  it('names what it gives up for', async () => {
    bench.fault(({ operation }) => (operation === 'GetObject' ? { kind: 'throttle' } : undefined));
    const { error } = await renewed();
    expect(error).toMatchObject({ kind: 'throttled', message: expect.stringContaining('slow down') });
    expect((error as AppError).hint).not.toContain('proxy');
  });

  it('has one full stop behind what S3 says of a problem of its own', async () => {
    const message = 'We encountered an internal error. Please try again.';
    bench.fault(({ operation }) =>
      operation === 'GetObject' ? { kind: 'error', code: 'InternalError', message, status: 500 } : undefined,
    );
    const { error } = await renewed();
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/internal error\. Please try again\.$/),
    });
    expect((error as AppError).hint).not.toContain('proxy');
  });
});
