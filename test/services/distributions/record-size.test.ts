import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Distribution } from '../../../src/domain/distribution.ts';
import { writeParameter } from '../../../src/services/distributions/record/parameter.ts';
import { fittingRecord } from '../../../src/services/distributions/record/record.ts';
import { type ShipBench, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
});

afterAll(() => bench.close());

/** A distribution whose record has so many bytes; its name holds letters of two bytes each. */
function recordOf(bytes: number): Omit<Distribution, 'verified'> {
  const made: Omit<Distribution, 'verified'> = {
    url: 'https://x/y?',
    expiresAt: 0,
    expiryCause: 'asked',
    packageKey: 'packages/ü.zip',
    bucket: 'b',
    checksum: '',
    filename: 'ü.zip',
    size: 1,
    createdAt: 0,
    files: [],
    builds: [],
  };
  const rest = bytes - Buffer.byteLength(fittingRecord(made));
  return { ...made, url: made.url + 's'.repeat(rest) };
}

describe('a record', () => {
  it('may fill a standard parameter to the last byte, which Parameter Store takes', async () => {
    const text = fittingRecord(recordOf(4096));
    expect(Buffer.byteLength(text)).toBe(4096);
    expect(await writeParameter(bench, text, signal)).toMatchObject({ version: 1 });
  });

  it('of one byte more is refused here, as Parameter Store would refuse it', async () => {
    expect(() => fittingRecord(recordOf(4097))).toThrow(/4097 bytes; a standard parameter holds 4096/);
    const text = `${fittingRecord(recordOf(4096))} `;
    await expect(writeParameter(bench, text, signal)).rejects.toMatchObject({ kind: 'invalid' });
  });
});
