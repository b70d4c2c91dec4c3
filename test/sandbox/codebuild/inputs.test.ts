import { StartBuildInput$ } from '@aws-sdk/client-codebuild';
import { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readStartBuild } from '../../../src/sandbox/codebuild/inputs.ts';
import { AwsFailure } from '../../../src/sandbox/http.ts';

const members = [
  'projectName',
  'idempotencyToken',
  'sourceVersion',
  'buildspecOverride',
  'timeoutInMinutesOverride',
  'environmentVariablesOverride',
  'imageOverride',
  '__proto__',
  'constructor',
];

const wishes = {
  projectName: 'p',
  idempotencyToken: 'once',
  sourceVersion: 'v',
  buildspecOverride: 'ci.yml',
  timeoutInMinutesOverride: 5,
  queuedTimeoutInMinutesOverride: 5,
  environmentVariablesOverride: [],
};

const variable = fc.dictionary(fc.constantFrom('name', 'value', 'type', 'other'), fc.anything());

describe('what StartBuild is sent', () => {
  test('is read or refused in the words of the service, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.constantFrom(...members),
            fc.oneof(fc.jsonValue(), fc.array(variable, { maxLength: 3 })),
          ),
        ),
        (json) => {
          try {
            const { projectName, wishes } = readStartBuild(json);
            expect(typeof projectName).toBe('string');
            for (const { name, value } of wishes.variables) {
              expect(name).toMatch(/^[A-Za-z_]\w*$/);
              expect(typeof value).toBe('string');
            }
          } catch (error) {
            expect(error).toBeInstanceOf(AwsFailure);
            expect((error as AwsFailure).code).toMatch(/^(InvalidInput|Serialization)Exception$/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('holds no member that is neither taken nor refused by its name', () => {
    const known = NormalizedSchema.of(StartBuildInput$).structIterator();
    const taken = Object.keys(wishes);
    for (const [name, schema] of known) {
      const value = schema.isBooleanSchema() ? true : schema.isNumericSchema() ? 7 : 'something';
      const json = { ...wishes, ...(taken.includes(name) ? {} : { [name]: value }) };
      if (taken.includes(name)) expect(readStartBuild(json).projectName, name).toBe('p');
      else expect(() => readStartBuild(json), name).toThrow(`the sandbox does not offer ${name}`);
    }
  });

  test('tells all that is wrong at once, as AWS does', () => {
    const wrong = { projectName: '', timeoutInMinutesOverride: 1 };
    expect(() => readStartBuild(wrong)).toThrow(
      "2 validation errors detected: Value '' at 'projectName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '1' at 'timeoutInMinutesOverride' failed to satisfy constraint: Member must have value greater than or equal to 5",
    );
  });

  test('does not repeat a long value', () => {
    const sortOrder = {
      projectName: 'p',
      environmentVariablesOverride: [{ name: 'A', value: '', type: 'x'.repeat(500) }],
    };
    expect(() => readStartBuild(sortOrder)).toThrow(
      /'x{100}…' at 'environmentVariablesOverride\.1\.member\.type'/,
    );
  });
});
