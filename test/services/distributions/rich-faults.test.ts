import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { type RichBench, startRichBench } from './rich-bench.ts';

let rich: RichBench;
const refuse: Fault = { kind: 'error', code: 'AccessDenied', status: 403 };
const lose: Fault = { kind: 'drop', when: 'after' };

beforeAll(async () => {
  rich = await startRichBench();
  await rich.beginAnew();
  await rich.ship();
});

afterAll(() => rich.close());

it('a request of the run that has everything that fails, by refusal or a lost answer, leaves one or the other', async () => {
  await rich.beginAnew();
  rich.bench.fault(() => undefined);
  await rich.ship();
  const requests = rich.bench.calls();
  for (const [index, request] of requests.entries()) {
    const fault: Fault = index % 2 === 0 ? refuse : lose;
    rich.bench.fault(() => undefined);
    const before = await rich.beginAnew();
    // Who is refused once is refused again; an answer is lost once.
    rich.bench.fault(({ nth, operation }) =>
      nth === index + 1 || (fault === refuse && nth > index && operation === request) ? fault : undefined,
    );
    const ended = await rich.ship();
    rich.bench.fault(() => undefined);
    const what = `${request}, number ${index + 1}: ${fault.kind}`;
    const { isNew } = await rich.expectOneOrTheOther(before, ended, what);
    if (fault === lose) expect(isNew, what).toBe(true);
  }
}, 300_000);
