import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseRecord } from '../../../src/domain/distribution-record.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
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
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterAll(() => bench.close());

beforeEach(async () => {
  bench.fault(() => undefined);
  bench.clock.advance(60_000);
  await ship(bench.distributions);
  bench.clock.advance(60_000);
});

type Run = ReturnType<typeof shipped>;

/** Another administrator ships, from a machine of his own. */
const bobShips = (): Run =>
  shipped(
    bench.withDeps({
      ledgerDir: `${bench.ledgerDir}-bob/`,
      identity: { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/bob', userId: 'B' },
    }),
  );

const recordedKey = async () => (await bench.distributions.latest(signal))?.packageKey;

/** What the command in a note gives back: the key of the package in that version of the parameter. */
async function keptRecord(said: string): Promise<string> {
  const Name = / --name (\S+:\d+)/.exec(said)?.[1];
  const ssm = await bench.aws.ssm(region);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  return parseRecord(Parameter?.Value ?? '').packageKey;
}

/** Has Bob ship, whole, while the first request that `isMoment` holds for waits. */
function bobShipsAt(isMoment: (operation: string, nthOfIt: number, putsBefore: number) => boolean) {
  const counts = new Map<string, number>();
  let theirs: Run | undefined;
  bench.fault(({ operation }): Fault | undefined => {
    const puts = counts.get('PutParameter') ?? 0;
    const nth = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, nth);
    if (theirs || !isMoment(operation, nth, puts)) return undefined;
    theirs = bobShips();
    return { kind: 'delay', until: theirs };
  });
  return async () => {
    const { error, distribution, events } = (await theirs) ?? {};
    expect(error).toBeUndefined();
    return { key: distribution?.packageKey ?? 'none', said: notes(events ?? []), distribution };
  };
}

const beforeTheWrite = (operation: string) => operation === 'PutParameter';
const beforeTheReadBack = (operation: string, _nth: number, putsBefore: number) =>
  operation === 'GetParameter' && putsBefore === 1;

const renewal = async (): Run => {
  const key = (await recordedKey()) ?? 'none';
  return toItsEnd(bench.distributions.links.renew(key, { expiresHours: 24 }, signal));
};

describe.each([
  ['ships', () => shipped(bench.distributions)],
  ['renews the recorded link', renewal],
])('one who %s in the same moment as another ships', (_, run) => {
  it('is told whose record went where the other wrote between reading and writing', async () => {
    const bob = bobShipsAt(beforeTheWrite);
    const { error, distribution, events } = await run();
    const theirs = await bob();
    expect(error).toBeUndefined();
    expect(notes(events)).toContain(`Another distribution (${theirs.key}) was recorded in the same moment`);
    expect(await keptRecord(notes(events))).toBe(theirs.key);
    expect(distribution).not.toHaveProperty('isUnrecorded');
    expect(await recordedKey()).toBe(distribution?.packageKey);
  });

  it('is told, and claims nothing, where the other wrote right after', async () => {
    const bob = bobShipsAt(beforeTheReadBack);
    const { error, distribution, events } = await run();
    const theirs = await bob();
    expect(error).toBeUndefined();
    expect(notes(events)).toContain(`another distribution (${theirs.key}) was recorded right after it`);
    expect(notes(events)).toContain('make it again');
    expect(await keptRecord(notes(events))).toBe(distribution?.packageKey);
    expect(distribution?.isUnrecorded).toBe(true);
    const done = events.findLast((event) => event.kind === 'step' && event.state === 'done');
    expect(done).toMatchObject({ step: 'RECORD', detail: expect.stringContaining(`but another`) });
    expect(theirs.distribution).not.toHaveProperty('isUnrecorded');
    expect(await recordedKey()).toBe(theirs.key);
  });
});

describe('two who ship in the same moment', () => {
  it('are both told, where both had read before either wrote', async () => {
    const aliceWrote = Promise.withResolvers<void>();
    let alice: Run | undefined;
    let puts = 0;
    let isReadBackHeld = false;
    bench.fault(({ operation }): Fault | undefined => {
      if (operation === 'PutParameter') {
        puts += 1;
        if (puts > 1) return undefined;
        alice = shipped(bench.distributions);
        return { kind: 'delay', until: aliceWrote.promise };
      }
      if (operation !== 'GetParameter' || puts < 2 || isReadBackHeld) return undefined;
      isReadBackHeld = true;
      aliceWrote.resolve();
      return { kind: 'delay', until: bob };
    });
    const bob = bobShips();
    const theirs = await bob;
    const hers = await alice;
    expect([theirs.error, hers?.error]).toEqual([undefined, undefined]);
    expect(notes(theirs.events)).toContain(
      `Another distribution (${hers?.distribution?.packageKey}) was recorded in the same moment`,
    );
    expect(notes(hers?.events ?? [])).toContain(
      `(${theirs.distribution?.packageKey}) was recorded right after`,
    );
    expect(hers?.distribution?.isUnrecorded).toBe(true);
    expect(theirs.distribution).not.toHaveProperty('isUnrecorded');
    expect(await recordedKey()).toBe(theirs.distribution?.packageKey);
  });

  it.each(['before', 'after'] as const)(
    'are told apart from one whose reply was lost %s the work',
    async (when) => {
      let isLost = false;
      const lose = (): Fault | undefined => {
        const fault = isLost ? undefined : ({ kind: 'drop', when } as const);
        isLost = true;
        return fault;
      };
      bench.fault(({ operation }) => (operation === 'PutParameter' ? lose() : undefined));
      const alone = await ship(bench.distributions);
      expect(isLost).toBe(true);
      expect(notes(alone.events)).not.toMatch(/[Aa]nother distribution|Somebody else/);

      isLost = false;
      bench.clock.advance(60_000);
      let theirs: Run | undefined;
      bench.fault(({ operation }): Fault | undefined => {
        const isOurNext = operation === 'PutParameter' || (isLost && operation === 'GetParameter');
        if (!isOurNext || theirs) return undefined;
        if (!isLost) return lose();
        theirs = bobShips();
        return { kind: 'delay', until: theirs };
      });
      const { events } = await ship(bench.distributions);
      const key = (await theirs)?.distribution?.packageKey;
      expect(notes(events)).toContain(`Another distribution (${key}) was recorded in the same moment`);
    },
  );

  it('are told without a name where former versions may not be read', async () => {
    const bob = bobShipsAt(beforeTheWrite);
    const { aws } = bench;
    const blind = bench.withDeps({
      aws: {
        ...aws,
        call: (request, ...rest) =>
          /:\d+$/.test(request.doing)
            ? aws.call({ ...request, doing: 'Reading' }, rest[0], () => Promise.reject(new Error('denied')))
            : aws.call(request, ...rest),
      },
    });
    const { events } = await ship(blind);
    await bob();
    expect(notes(events)).toContain('Somebody else recorded a distribution in the same moment');
  });
});

describe('a record that is deleted right after it was written', () => {
  it('is said to be gone', async () => {
    let puts = 0;
    let deletion: Promise<unknown> | undefined;
    bench.fault(({ operation }): Fault | undefined => {
      if (operation === 'PutParameter') puts += 1;
      if (operation !== 'GetParameter' || puts === 0 || deletion) return undefined;
      deletion = Promise.resolve();
      return { kind: 'error', code: 'ParameterNotFound', status: 400 };
    });
    const { distribution, events } = await ship(bench.distributions);
    expect(distribution.isUnrecorded).toBe(true);
    expect(notes(events)).toContain('somebody deleted the record right after it');
  });
});

describe('a renewal', () => {
  it('does not bring an older package back over one that is shipped meanwhile', async () => {
    const key = await recordedKey();
    // While the renewal looks at its package: it has read which one is recorded.
    const bob = bobShipsAt((operation) => operation === 'HeadObject');
    const { error, distribution, events } = await renewal();
    const theirs = await bob();
    expect(error).toBeUndefined();
    expect(distribution).toMatchObject({ packageKey: key, isUnrecorded: true });
    expect(notes(events)).toContain(`not written: it points to ${theirs.key}, which is newer`);
    expect(await recordedKey()).toBe(theirs.key);
  });
});
