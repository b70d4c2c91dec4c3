import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, readAddress, readRange } from '../../../src/sandbox/s3/policy/addresses.ts';

/** A number of that many bits. */
const numberOf = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
const v4Text = (value: bigint) =>
  [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 0xffn).toString()).join('.');
const groups = (value: bigint) =>
  Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));

/** The ways in which an IPv6 address may be written: whole, upper case, zeros left out, its end as IPv4. */
const v6Texts = (value: bigint): string[] => {
  const whole = groups(value);
  const run = whole.findIndex((group, at) => group === '0' && whole[at + 1] === '0');
  let end = run;
  while (whole[end] === '0') end += 1;
  const shortened = run < 0 ? [] : [`${whole.slice(0, run).join(':')}::${whole.slice(end).join(':')}`];
  return [
    whole.join(':'),
    whole.map((group) => group.padStart(4, '0').toUpperCase()).join(':'),
    `${whole.slice(0, 6).join(':')}:${v4Text(value & 0xffffffffn)}`,
    ...shortened,
  ];
};

const mapped = 0xffffn << 32n;
const isMapped = (value: bigint) => value >> 32n === 0xffffn;
const lies = (text: string, range: string) => {
  const address = readAddress(text);
  const parsed = readRange(range);
  if (!address || !parsed) throw new Error(`not understood: ${text} in ${range}`);
  return isWithin(address, parsed);
};

describe('address ranges', () => {
  // Mostly neighbours: two random addresses share no prefix worth speaking of.
  const pairOf = (bits: number) =>
    fc
      .tuple(
        numberOf(bits),
        numberOf(bits),
        fc.integer({ min: 0, max: bits }),
        fc.integer({ min: 0, max: bits }),
      )
      .map(([start, noise, keep, prefix]) => ({
        start,
        address: (start & ~((1n << BigInt(keep)) - 1n)) | (noise & ((1n << BigInt(keep)) - 1n)),
        prefix,
      }));

  it('hold what the numbers of IPv4 say', () => {
    fc.assert(
      fc.property(pairOf(32), ({ start, address, prefix }) => {
        const shift = BigInt(32 - prefix);
        const expected = start >> shift === address >> shift;
        expect(lies(v4Text(address), `${v4Text(start)}/${prefix}`)).toBe(expected);
        expect(lies(`::ffff:${v4Text(address)}`, `${v4Text(start)}/${prefix}`)).toBe(expected);
        expect(lies(v4Text(address), `::ffff:${v4Text(start)}/${prefix + 96}`)).toBe(expected);
        expect(lies(v4Text(address), v4Text(start))).toBe(start === address);
      }),
    );
  });

  it('hold what the numbers of IPv6 say, however they are written', () => {
    fc.assert(
      fc.property(
        pairOf(128).filter(({ start, address }) => !isMapped(start) && !isMapped(address)),
        fc.nat(),
        fc.nat(),
        ({ start, address, prefix }, one, other) => {
          const shift = BigInt(128 - prefix);
          const startTexts = v6Texts(start);
          const addressTexts = v6Texts(address);
          const range = `${startTexts[one % startTexts.length]}/${prefix}`;
          const text = addressTexts[other % addressTexts.length] ?? '';
          expect(lies(text, range)).toBe(start >> shift === address >> shift);
        },
      ),
    );
  });

  it('never mix the two kinds', () => {
    fc.assert(
      fc.property(numberOf(32), numberOf(32), (one, other) => {
        expect(lies(v4Text(one), `${groups((1n << 120n) | other).join(':')}/0`)).toBe(false);
        expect(lies(groups((1n << 120n) | one).join(':'), `${v4Text(other)}/0`)).toBe(false);
        expect(lies(groups(mapped | one).join(':'), v4Text(one))).toBe(true);
      }),
    );
  });

  it.each([
    ...['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.256', ' 1.2.3.4', '1.2.3.4 ', '0x1.2.3.4'],
    ...['::1%lo', ':::', '1::2::3', 'g::', '12345::', '1:2:3:4:5:6:7', '::1.2.3'],
  ])('%j is no address', (text) => {
    expect(readAddress(text)).toBeUndefined();
    expect(readRange(text)).toBeUndefined();
  });

  it.each(['1.2.3.4/33', '::/129', '1.2.3.4/', '1.2.3.4/-1', '1.2.3.4/08', '1.2.3.4/8/8', '/8', '*'])(
    '%j is no range',
    (text) => {
      expect(readRange(text)).toBeUndefined();
    },
  );
});
