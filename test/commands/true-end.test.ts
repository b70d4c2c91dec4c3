import { afterEach, expect, it } from 'vitest';
import { type CommandBench, openCommandBench } from './bench.ts';

let bench: CommandBench | undefined;
afterEach(() => bench?.close());

/** Has the record be of this link and this time, which ccwb writes without a zone. */
async function recorded(url: string, expires: string): Promise<CommandBench> {
  bench = await openCommandBench();
  const Value = JSON.stringify({ url, expires, package_key: 'packages/k.zip', filename: 'k.zip' });
  const Parameter = { Name: 'p', Type: 'SecureString', Version: 1, Value };
  bench.session.setFaults(({ operation }) =>
    operation === 'GetParameter'
      ? { kind: 'answer', status: 200, body: JSON.stringify({ Parameter }) }
      : undefined,
  );
  return bench;
}

it('calls the recorded link expired when its signature is, whatever the record promises', async () => {
  const { run } = await recorded(
    'https://b.s3.amazonaws.com/packages/k.zip?X-Amz-Date=20261120T080000Z&X-Amz-Expires=3600',
    '2026-11-25T22:00:00',
  );
  const { code, err } = await run('distribute --get-latest');
  expect(code).toBe(1);
  expect(err).toContain('This link expired: 2026-11-20 09:00 UTC');
});

it('says where only a time without a zone tells the end', async () => {
  const { run } = await recorded('https://get.example.com/k.zip', '2026-11-25T22:00:00');
  const { code, err } = await run('distribute --get-latest');
  expect(code).toBe(0);
  expect(err).toContain(', taken as local time');
});
