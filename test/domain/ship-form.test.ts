import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choicesOf, complaintOf, shipFields } from '../../src/domain/ship-form.ts';

const values = { hours: '48', addresses: '', folder: '' };

describe('the form before a package is made', () => {
  it('means hours alone where the rest is empty', () => {
    expect(choicesOf({ hours: ' 24 ', addresses: ' ', folder: ' ' })).toEqual({ expiresHours: 24 });
  });

  it('means addresses and a folder where they are given', () => {
    expect(choicesOf({ ...values, addresses: '10.0.0.0/8,  ::1', folder: ' dist ' })).toEqual({
      expiresHours: 48,
      allowedIps: ['10.0.0.0/8', '::1'],
      packagePath: 'dist',
    });
  });

  it.each([
    ['hours', '', 'whole hours'],
    ['hours', '169', '1 to 168'],
    ['addresses', '10.0.0.5/8', 'behind its prefix'],
    ['addresses', ',', 'No address'],
    ['folder', '~bob/dist', 'Write the path out'],
  ] as const)('says what is wrong with %s %j', (field, text, message) => {
    const wrong = { ...values, [field]: text };
    expect(complaintOf(field, wrong)).toContain(message);
    expect(choicesOf(wrong)).toBeUndefined();
  });

  it.each(['~', '~/dist', 'a~b'])('takes %s as a folder', (folder) => {
    expect(choicesOf({ ...values, folder })).toEqual({ expiresHours: 48, packagePath: folder });
  });

  it('has choices exactly where nothing is wrong', () => {
    const given = fc.record({
      hours: fc.oneof(fc.string(), fc.nat(200).map(String)),
      addresses: fc.oneof(fc.string(), fc.ipV4()),
      folder: fc.string(),
    });
    fc.assert(
      fc.property(given, (form) => {
        const wrong = shipFields.filter((field) => complaintOf(field, form) !== undefined);
        expect(choicesOf(form) === undefined).toBe(wrong.length > 0);
      }),
    );
  });
});
