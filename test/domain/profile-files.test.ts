import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../src/domain/mask-secrets.ts';
import { readAwsProfiles, readCcwbProfile, readOldConfig } from '../../src/domain/profile-files.ts';

const control = /[\u0000-\u001f\u007f-\u009f]/;

/** Characters that strangers put into names and texts. */
const strange = [
  'a',
  ':',
  '-',
  ' ',
  '\u0000',
  '\n',
  '\r',
  '\u001b',
  '[',
  ']',
  '\u007f',
  '\u009b',
  '\u202e',
  '\ud800',
  '=',
  'é',
];

describe('ccwb’s files', () => {
  it('name extra files by their paths in the package, with or without where they come from', () => {
    const extra_files = [
      { name: 'certs', targets: 'all', from: '~/secure/certs' },
      'setup.ps1',
      { targets: ['windows'], from: 'x' },
      7,
    ];
    expect(readCcwbProfile('Acme', { extra_files }).extraFiles).toEqual(['certs', 'setup.ps1']);
  });

  it('never throw and never bring controls in, whatever JSON they hold', () => {
    const json = fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'aws_region',
          'stack_names',
          'extra_files',
          'identity_pool_name',
          'distribution_type',
          'profiles',
        ),
        fc.string(),
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.string(), fc.string({ unit: fc.constantFrom(...strange), maxLength: 12 })),
        fc.array(fc.string({ unit: fc.constantFrom(...strange), maxLength: 12 })),
      ),
    );
    fc.assert(
      fc.property(json, fc.string({ unit: fc.constantFrom(...strange), maxLength: 12 }), (value, name) => {
        const profile = readCcwbProfile(name, value);
        const texts = [
          profile.name,
          profile.awsRegion ?? '',
          profile.identityPoolName,
          ...profile.extraFiles,
        ];
        for (const text of [...texts, ...Object.values(profile.stackNames)])
          expect(text).not.toMatch(control);
        expect(profile.identityPoolName).not.toBe('');
        readOldConfig(value);
      }),
    );
  });
});

describe('AWS files', () => {
  it('are read whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...strange), maxLength: 12 }),
        fc.string(),
        (config, credentials) => {
          for (const profile of readAwsProfiles({ config: `[profile x]\n${config}`, credentials })) {
            expect(profile.name).not.toMatch(control);
          }
        },
      ),
    );
  });

  it('give the region of the profile itself, not of a nested setting or another section', () => {
    const config =
      '[profile a]\ns3 =\n  region = nested\nregion = eu-west-1 # here\n[services x]\nregion = no\n';
    expect(readAwsProfiles({ config })).toEqual([{ name: 'a', region: 'eu-west-1' }]);
    expect(readAwsProfiles({ config, credentials: '[a]\nregion=us-east-1\n' })).toEqual([
      { name: 'a', region: 'us-east-1' },
    ]);
  });
});

describe('masking secrets', () => {
  it.each([
    ['key AKIAIOSFODNN7EXAMPLE here', 'key AKIA*** here'],
    [
      'https://b.s3/x?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F2026&X-Amz-Signature=ab12&X-Amz-Expires=60',
      'https://b.s3/x?X-Amz-Credential=***&X-Amz-Signature=***&X-Amz-Expires=60',
    ],
    ['{"SessionToken": "FwoGZXIvYXdzE", "b": 1}', '{"SessionToken": "***", "b": 1}'],
    ['AWS_SECRET_ACCESS_KEY=wJalr/UtnFEMI+K7', 'AWS_SECRET_ACCESS_KEY=***'],
    ['Authorization: Bearer abc.def-ghi=', 'Authorization: Bearer ***'],
    ['nothing to hide, a signature = fine', 'nothing to hide, a signature = fine'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });
});
