import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/domain/clock.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { answerMs } from '../../../src/services/aws-call.ts';
import { type AwsClients, createAwsClients } from '../../../src/services/aws-clients.ts';
import { expectGoodRecord } from './good-record.ts';
import {
  goodArtifact,
  leaving,
  notes,
  region,
  type ShipBench,
  ship,
  shipped,
  startShipBench,
} from './ship-bench.ts';

let bench: ShipBench;
let aws: AwsClients;
let service: DistributionsService;
const limits = new Set<{ ms: number; end: () => void }>();
/** How long an answer is waited for after a cancel, ms. */
const graceMs = 5_000;

/** The bench's clock, whose time limits are reached when a test says so. */
function limitedClock(): Clock {
  return {
    now: () => bench.clock.now(),
    sleep: (ms, signal) =>
      ms < graceMs
        ? bench.clock.sleep(ms, signal)
        : new Promise((resolve, reject) => {
            const limit = { ms, end: resolve };
            limits.add(limit);
            signal?.addEventListener('abort', () => {
              limits.delete(limit);
              reject(signal.reason);
            });
          }),
  };
}

function reach(ms: number): void {
  bench.clock.advance(ms);
  for (const limit of limits) if (limit.ms === ms) limit.end();
}

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  await ship(bench.distributions);
  const { endpoint, credentials } = bench.sandbox.info;
  const clock = limitedClock();
  aws = createAwsClients({ clock, random: () => 0, version: 'test', endpointUrl: endpoint, credentials });
  service = bench.withDeps({ clock, aws });
});

afterAll(async () => {
  aws.close();
  await bench.close();
});

beforeEach(() => {
  bench.clock.advance(60_000);
});

afterEach(async () => {
  bench.fault(() => undefined);
  await bench.cleanUp();
  await expectGoodRecord(bench.distributions);
});

async function recordVersion(): Promise<number | undefined> {
  const Name = bench.deployment.parameterName;
  const answer = await (await bench.aws.ssm(region)).send(new GetParameterCommand({ Name }));
  return answer.Parameter?.Version;
}

const puts = () => bench.calls().filter((call) => call === 'PutParameter').length;

/** PutParameter is not answered, `onPut` is told of it; `isDone`: carried out all the same, by the time one looks. */
function unanswered(isDone: boolean, onPut: () => void): void {
  const { promise: written, resolve } = Promise.withResolvers<void>();
  const never = new Promise(() => {});
  const next: Fault = isDone
    ? {
        kind: 'transform',
        json: (answer) => {
          resolve();
          return answer;
        },
      }
    : { kind: 'drop', when: 'before' };
  bench.fault(({ operation }) => {
    if (operation === 'GetParameter' && isDone && puts() > 0) return { kind: 'delay', until: written };
    if (operation !== 'PutParameter') return undefined;
    onPut();
    return { kind: 'delay', until: never, next };
  });
}

describe('a record whose write is not answered in time', () => {
  it('is written once where it was carried out all the same', async () => {
    const before = (await recordVersion()) ?? 0;
    unanswered(true, () => reach(answerMs));
    const { error, distribution } = await shipped(service);
    expect(error).toBeUndefined();
    expect(puts()).toBe(1);
    expect(await recordVersion()).toBe(before + 1);
    expect((await bench.distributions.latest(new AbortController().signal))?.url).toBe(distribution?.url);
  });

  it('is given up after minutes, not after a number of tries, and kept to be settled', async () => {
    const begun = bench.clock.now();
    unanswered(false, () => reach(answerMs));
    const { error } = await shipped(service);
    expect(error).toMatchObject({ kind: 'network', message: expect.stringContaining('is not known') });
    expect(bench.clock.now() - begun).toBeLessThan(180_000);
    expect(puts()).toBeGreaterThan(4);
  });

  it('is not called refused where only the last try was', async () => {
    let isFirst = true;
    bench.fault(({ operation }) => {
      if (operation !== 'PutParameter') return undefined;
      const refused: Fault = { kind: 'error', code: 'AccessDeniedException', status: 400 };
      const fault: Fault = isFirst ? { kind: 'error', code: 'InternalServerError', status: 500 } : refused;
      isFirst = false;
      return fault;
    });
    const { error } = await shipped(service);
    expect(error).toMatchObject({ kind: 'permission', message: expect.stringContaining('is not known') });
  });

  it('heeds a cancel, and says what is not known', async () => {
    const cancel = new AbortController();
    unanswered(false, () => {
      cancel.abort();
      reach(graceMs);
    });
    const { error, events } = await shipped(service, {}, { signal: cancel.signal });
    expect(error).toBeUndefined();
    expect(puts()).toBe(1);
    expect(events.at(-1)).toMatchObject({ kind: 'cancelled', step: 'RECORD' });
    expect(notes(events)).toMatch(/^Cancelled in RECORD\. .*is not known, so the package .*--resume$/m);
  });

  it('heeds a cancel, and says that it was recorded where it was', async () => {
    const cancel = new AbortController();
    unanswered(true, () => {
      cancel.abort();
      reach(graceMs);
    });
    const { distribution } = await shipped(service, {}, { signal: cancel.signal });
    expect(puts()).toBe(1);
    expect((await bench.distributions.latest(new AbortController().signal))?.url).toBe(distribution?.url);
  });
});
