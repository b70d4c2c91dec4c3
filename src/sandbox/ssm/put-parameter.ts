import { AwsFailure } from '../http.ts';
import { readInput, type StructureShape } from '../json-shape.ts';
import { invalidInput, nameShape, type SsmContext } from './context.ts';
import { checkName } from './names.ts';
import {
  newestOf,
  type Parameter,
  type ParameterVersion,
  parameterTiers,
  parameterTypes,
} from './parameter.ts';

const shape = {
  type: 'structure',
  required: ['Name', 'Value'],
  members: {
    Name: nameShape,
    Value: { type: 'string' },
    Description: { type: 'string', max: 1024 },
    Type: { type: 'string', values: parameterTypes },
    KeyId: { type: 'string', min: 1, max: 256 },
    Overwrite: { type: 'boolean' },
    AllowedPattern: { type: 'string', max: 1024 },
    Tier: { type: 'string', values: [...parameterTiers, 'Intelligent-Tiering'] },
    Policies: { type: 'string', min: 1, max: 4096 },
    DataType: { type: 'string', values: ['text', 'aws:ec2:image', 'aws:ssm:integration'] },
    Tags: {
      type: 'list',
      max: 1000,
      of: {
        type: 'structure',
        required: ['Key', 'Value'],
        members: { Key: { type: 'string', min: 1, max: 128 }, Value: { type: 'string', max: 256 } },
      },
    },
  },
} as const satisfies StructureShape;

/** The longest value of each tier, in bytes. */
const maxValueBytes = { Standard: 4096, Advanced: 8192 };
/** The oldest version beyond these is forgotten. */
const maxVersions = 100;

type Tier = ParameterVersion['tier'];

/** PutParameter. There is no compare-and-swap: the last writer wins, as on AWS. */
export async function putParameter({ store, clock, account }: SsmContext, json: unknown): Promise<object> {
  const input = readInput(json, shape, invalidInput);
  const { Name: name, Value: value, Overwrite: overwrite = false } = input;
  checkName(account, name);
  checkValue(value);
  if (overwrite && input.Tags && input.Tags.length > 0) {
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  for (const member of ['AllowedPattern', 'Policies'] as const) {
    // To accept a rule and not keep it would be worse than to say so.
    if (input[member] !== undefined) throw invalid(`The sandbox does not offer ${member}.`);
  }
  return store.change(name, (current) => {
    if (current && !overwrite) {
      throw new AwsFailure(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const type = typeOf(current, input.Type);
    const tier = tierOf(current, input.Tier, value);
    const keyId = type === 'SecureString' ? (input.KeyId ?? current?.keyId ?? 'alias/aws/ssm') : undefined;
    if (input.KeyId !== undefined && type !== 'SecureString') {
      throw invalid('KeyId is required for SecureString type parameter only.');
    }
    const version: ParameterVersion = {
      version: current ? newestOf(current).version + 1 : 1,
      value,
      modified: clock.now(),
      tier,
      ...(input.Description === undefined ? {} : { description: input.Description }),
    };
    const next: Parameter = {
      name,
      type,
      dataType: input.DataType ?? current?.dataType ?? 'text',
      ...(keyId === undefined ? {} : { keyId }),
      versions: [...(current?.versions ?? []), version].slice(-maxVersions),
    };
    return { next, result: { Version: version.version, Tier: tier } };
  });
}

function checkValue(value: string): void {
  if (value === '') {
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (/\{\{.*?\}\}/s.test(value)) {
    throw invalid('Parameter value: can\'t nest another parameter. Do not use "{{}}" in the value.');
  }
}

function typeOf(current: Parameter | undefined, asked: Parameter['type'] | undefined): Parameter['type'] {
  if (!current) {
    if (asked === undefined) throw invalid('A parameter type is required when you create a parameter.');
    return asked;
  }
  if (asked !== undefined && asked !== current.type) {
    throw new AwsFailure(
      'HierarchyTypeMismatchException',
      "Parameter Store does not support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    );
  }
  return current.type;
}

function tierOf(
  current: Parameter | undefined,
  asked: Tier | 'Intelligent-Tiering' | undefined,
  value: string,
): Tier {
  const bytes = Buffer.byteLength(value);
  const before = current ? newestOf(current).tier : undefined;
  const outgrown = bytes > maxValueBytes.Standard;
  const tier =
    asked === 'Intelligent-Tiering'
      ? (before ?? (outgrown ? 'Advanced' : 'Standard'))
      : (asked ?? before ?? 'Standard');
  const chosen = asked === 'Intelligent-Tiering' && outgrown ? 'Advanced' : tier;
  if (before === 'Advanced' && chosen === 'Standard') {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  if (bytes > maxValueBytes[chosen]) {
    throw invalid(
      chosen === 'Standard'
        ? 'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html'
        : 'Advanced tier parameters support a maximum parameter value of 8192 characters.',
    );
  }
  return chosen;
}

function invalid(message: string): AwsFailure {
  return new AwsFailure(invalidInput, message);
}
