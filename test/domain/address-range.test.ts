import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AddressRange,
  contains,
  isNeverPublic,
  parseAddressRange,
  parseAddressRanges,
} from '../../src/domain/address-range.ts';
import { AppError } from '../../src/domain/errors.ts';

function refusal(text: string): AppError {
  try {
    parseAddressRanges(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

const texts = (text: string) => parseAddressRanges(text).ranges.map((range) => range.text);

describe('addresses a link may be used from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['0.0.0.0/8', '0.0.0.0/8'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['2001:DB8::', '2001:db8::/128'],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1/128'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1/128'],
    ['1::2:0:0:0:3/128', '1:0:0:2::3/128'],
    ['::1', '::1/128'],
    ['8000::/1', '8000::/1'],
    ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107/128'],
    ['::/96', '::/96'],
  ])('%s is %s', (given, canonical) => {
    expect(parseAddressRange(given).text).toBe(canonical);
  });

  it('takes commas and blanks alike', () => {
    expect(texts(' 203.0.113.7,\t198.51.100.0/24\n2001:db8::/32 , ,')).toEqual([
      '203.0.113.7/32',
      '198.51.100.0/24',
      '2001:db8::/32',
    ]);
  });

  it.each([
    ['', 'No address', '198.51.100.0/24'],
    [' , ', 'No address', '198.51.100.0/24'],
    ['example.com', 'no IP address', '198.51.100.0/24'],
    ['10.0.0', 'no IP address', '198.51.100.0/24'],
    ['10.0.0.256', 'no IP address', '198.51.100.0/24'],
    ['1:2:3:4:5:6:7:8:9', 'no IP address', '198.51.100.0/24'],
    ['1:2:3:4:5:6:7::8', 'no IP address', '198.51.100.0/24'],
    ['1::2::3', 'no IP address', '198.51.100.0/24'],
    [':1::', 'no IP address', '198.51.100.0/24'],
    ['12345::', 'no IP address', '198.51.100.0/24'],
    ['1.2.3.4::', 'no IP address', '198.51.100.0/24'],
    ['٣.1.1.1', 'no IP address', '198.51.100.0/24'],
    ['10.0.0.5/8', 'behind its prefix', '10.0.0.0/8'],
    ['10.0.0.5/8', 'behind its prefix', '10.0.0.5/32'],
    ['2001:db8::1/32', 'behind its prefix', '2001:db8::/32'],
    ['0.0.0.0/0', 'everyone', '--allowed-ips'],
    ['::/0', 'everyone', '--allowed-ips'],
    ['10.0.0.5/0', 'everyone', '--allowed-ips'],
    ['0.0.0.0/1,128.0.0.0/1', 'every IPv4 address', '--allowed-ips'],
    ['10.0.0.0/8/8', 'slash', '198.51.100.0/24'],
    ['10.0.0.0/33', '0 to 32 bits', '198.51.100.0/24'],
    ['10.0.0.0/', '0 to 32 bits', '198.51.100.0/24'],
    ['10.0.0.0/08', '0 to 32 bits', '198.51.100.0/24'],
    ['10.0.0.0/-8', '0 to 32 bits', '198.51.100.0/24'],
    ['10.0.0.0/255.255.0.0', '0 to 32 bits', '10.0.0.0/16'],
    ['10.0.0.0/255.255.255.255', '0 to 32 bits', '10.0.0.0/32'],
    ['10.0.0.0/255.0.255.0', '0 to 32 bits', '198.51.100.0/24'],
    ['::1/129', '0 to 128 bits', '198.51.100.0/24'],
    ['::ffff:203.0.113.7', 'IPv4 address written as IPv6', 'Write 203.0.113.7.'],
    ['::ffff:cb00:7107', 'IPv4 address written as IPv6', 'Write 203.0.113.7.'],
    ['::ffff:0:0/96', 'IPv4 address written as IPv6', 'Write 0.0.0.0.'],
    ['fe80::1%eth0', 'zone', 'without %'],
    ['010.0.0.1', 'leading zeros', 'without them'],
    ['10.0.0.1:443', 'port', '"10.0.0.1"'],
    ['[2001:db8::1]:443', 'port', '"2001:db8::1"'],
    ['[2001:db8::1]', 'brackets', '"2001:db8::1"'],
    ['10.0.0.1-10.0.0.9', 'range', '203.0.113.0/28'],
    ['10.0.0.1 - 10.0.0.9', '"10.0.0.1-10.0.0.9" is a range', '203.0.113.0/28'],
    ['2001:db8::1-2001:db8::9', 'range', '203.0.113.0/28'],
  ])('refuses %j: %s', (text, message, hint) => {
    const error = refusal(text);
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('keeps control characters and endless values out of the message', () => {
    const { message } = refusal(`\u001b[2J${'1'.repeat(5_000)}`);
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(120);
  });

  it('drops what is given twice or is in a wider range, and says so', () => {
    const { ranges, dropped } = parseAddressRanges(
      '10.1.0.0/16, 10.0.0.0/8, 10.1.2.3, 10.0.0.0/8, 2001:db8::1, 2001:0db8::1/128',
    );
    expect(ranges.map(({ text }) => text)).toEqual(['10.0.0.0/8', '2001:db8::1/128']);
    expect(dropped).toEqual([
      '10.1.0.0/16 is in 10.0.0.0/8 already.',
      '10.1.2.3/32 is in 10.0.0.0/8 already.',
      '10.0.0.0/8 is given twice.',
      '2001:db8::1/128 is given twice.',
    ]);
  });

  it('knows the networks that S3 never sees', () => {
    const never = ['10.1.0.0/16', '172.31.0.1', '192.168.1.0/24', '127.0.0.1', 'fd00::/8', 'fe80::1', '::1'];
    expect(never.filter((text) => !isNeverPublic(parseAddressRange(text)))).toEqual([]);
    const seen = ['203.0.113.0/24', '172.0.0.0/8', '2001:db8::/32', '172.32.0.0/16', '8.8.8.8'];
    expect(seen.filter((text) => isNeverPublic(parseAddressRange(text)))).toEqual([]);
  });
});

/** Any address, as a number and as one of its many spellings. */
const v4 = fc.ipV4();
const v6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).chain((value) => {
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  return fc.record({
    value: fc.constant(value),
    text: fc.tuple(fc.boolean(), fc.boolean()).map(([padded, upper]) =>
      groups
        .map((group) => group.toString(16).padStart(padded ? 4 : 1, '0'))
        .map((group) => (upper ? group.toUpperCase() : group))
        .join(':'),
    ),
  });
});

const numberOf = (bytes: readonly number[]) =>
  bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
const lastOf = ({ bytes, prefix }: AddressRange) =>
  numberOf(bytes) | ((1n << BigInt(bytes.length * 8 - prefix)) - 1n);

/** Networks near each other, so that they often meet. */
const network = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 0xffffn }), fc.integer({ min: 1, max: 16 }))
  .map(([six, top, prefix]) => {
    const first = (top >> BigInt(16 - prefix)) << BigInt(16 - prefix);
    if (six) return `${(0x2000n | (first >> 4n)).toString(16)}::/${Math.min(prefix, 12) + 4}`;
    return `${first >> 8n}.${first & 0xffn}.0.0/${prefix}`;
  })
  .filter((text) => {
    try {
      parseAddressRange(text);
      return true;
    } catch {
      return false;
    }
  });

describe('held to a model of numbers', () => {
  it('reads every spelling of an IPv6 address as its number, and writes one that reads the same', () => {
    fc.assert(
      fc.property(v6, ({ value, text }) => {
        fc.pre(value >> 32n !== 0xffffn);
        const range = parseAddressRange(text);
        expect(numberOf(range.bytes)).toBe(value);
        expect(parseAddressRange(range.text)).toEqual(range);
        // The URL parser writes addresses by RFC 5952 too.
        expect(`[${range.text.replace('/128', '')}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });

  it('takes a network exactly when no bit is set behind its prefix, and names the right one otherwise', () => {
    fc.assert(
      fc.property(v4, fc.integer({ min: 1, max: 32 }), (address, prefix) => {
        const value = numberOf(address.split('.').map(Number));
        const first = (value >> BigInt(32 - prefix)) << BigInt(32 - prefix);
        const dotted = [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 0xffn).join('.');
        if (first === value)
          expect(parseAddressRange(`${address}/${prefix}`).text).toBe(`${dotted}/${prefix}`);
        else expect(refusal(`${address}/${prefix}`).hint).toContain(`${dotted}/${prefix}`);
      }),
    );
  });

  it('contains what lies between first and last', () => {
    fc.assert(
      fc.property(network, network, (one, two) => {
        const [outer, inner] = [parseAddressRange(one), parseAddressRange(two)];
        const model =
          outer.version === inner.version &&
          numberOf(outer.bytes) <= numberOf(inner.bytes) &&
          lastOf(inner) <= lastOf(outer);
        expect(contains(outer, inner)).toBe(model);
      }),
      { numRuns: 500 },
    );
  });

  it('lets the same addresses in after dropping as were given', () => {
    fc.assert(
      fc.property(fc.array(network, { minLength: 1, maxLength: 8 }), fc.array(v4), (given, probes) => {
        let ranges: AddressRange[];
        try {
          ranges = parseAddressRanges(given.join(',')).ranges;
        } catch (error) {
          expect((error as AppError).message).toContain('everyone');
          return;
        }
        const all = new BlockList();
        for (const text of given) {
          const [address = '', prefix] = text.split('/');
          all.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4');
        }
        for (const probe of [...probes, ...given.map((text) => text.split('/')[0] ?? '')]) {
          const address = parseAddressRange(probe);
          const inside = ranges.some((range) => contains(range, address));
          expect(inside).toBe(all.check(probe, probe.includes(':') ? 'ipv6' : 'ipv4'));
        }
        for (const a of ranges) for (const b of ranges) expect(a !== b && contains(a, b)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('takes whatever a stranger types or refuses it as usage', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.ipV4Extended(),
      fc.ipV6(),
      fc.stringMatching(/^[\d.:/%a-f-]{0,20}$/),
    );
    fc.assert(
      fc.property(piece, (text) => {
        try {
          parseAddressRanges(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'AppError', kind: 'usage' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
