import { AwsFailure } from './http.ts';

/** What an operation takes, in the terms of the services' own models: types, bounds, required members. */
export type Shape =
  | { type: 'string'; min?: number; max?: number; pattern?: RegExp; values?: readonly string[] }
  | { type: 'integer'; min?: number; max?: number }
  | { type: 'boolean' }
  | { type: 'list'; of: Shape; min?: number; max?: number }
  | StructureShape;

export type StructureShape = {
  type: 'structure';
  members: Readonly<Record<string, Shape>>;
  required?: readonly string[];
};

/** The value that a shape lets through. Members are optional but for the required ones. */
export type ValueOf<S> = S extends { type: 'string'; values: readonly (infer V)[] }
  ? V
  : S extends { type: 'string' }
    ? string
    : S extends { type: 'integer' }
      ? number
      : S extends { type: 'boolean' }
        ? boolean
        : S extends { type: 'list'; of: infer E }
          ? ValueOf<E>[]
          : S extends { type: 'structure'; members: infer M; required: readonly (infer R)[] }
            ? { [K in keyof M as K extends R ? K : never]: ValueOf<M[K]> } & {
                [K in keyof M as K extends R ? never : K]?: ValueOf<M[K]>;
              }
            : S extends { type: 'structure'; members: infer M }
              ? { [K in keyof M]?: ValueOf<M[K]> }
              : never;

/** Values longer than this are not repeated in an error message. */
const maxEcho = 100;

/**
 * A request's JSON as the shape has it: unknown members and nulls are left out, as AWS ignores them.
 * @param code of the error for a broken bound; the services name it differently.
 * @throws AwsFailure SerializationException for a wrong type, `code` for the rest, in the words of AWS's validator.
 */
export function readInput<const S extends StructureShape>(json: unknown, shape: S, code: string): ValueOf<S> {
  const faults: string[] = [];
  const value = read(json, shape, '', faults);
  if (faults.length > 0) {
    const count = `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected`;
    throw new AwsFailure(code, `${count}: ${faults.join('; ')}`);
  }
  return value as ValueOf<S>;
}

function read(json: unknown, shape: Shape, path: string, faults: string[]): unknown {
  const fault = (constraint: string, shown: string = echo(json)): void => {
    faults.push(`Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`);
  };
  switch (shape.type) {
    case 'string':
      if (typeof json !== 'string') throw wrongType(json, 'a String');
      checkString(json, shape, fault);
      return json;
    case 'integer':
      if (typeof json !== 'number' || !Number.isFinite(json)) throw wrongType(json, 'an Integer');
      checkBounds(Math.trunc(json), shape, 'value', fault);
      return Math.trunc(json);
    case 'boolean':
      if (typeof json !== 'boolean') throw wrongType(json, 'a Boolean');
      return json;
    case 'list':
      if (!Array.isArray(json)) throw wrongType(json, 'a List');
      checkBounds(json.length, shape, 'length', (constraint) =>
        fault(constraint, `'[${json.length} items]'`),
      );
      return json.map((item, index) => read(item, shape.of, `${path}.${index + 1}.member`, faults));
    case 'structure': {
      if (typeof json !== 'object' || json === null || Array.isArray(json))
        throw wrongType(json, 'a Structure');
      const members: [string, unknown][] = [];
      for (const [name, member] of Object.entries(shape.members)) {
        const given = Object.hasOwn(json, name) ? (json as Record<string, unknown>)[name] : undefined;
        const place = path === '' ? name : `${path}.${name}`;
        if (given !== undefined && given !== null) members.push([name, read(given, member, place, faults)]);
        else if (shape.required?.includes(name)) {
          faults.push(`Value null at '${place}' failed to satisfy constraint: Member must not be null`);
        }
      }
      return Object.fromEntries(members);
    }
  }
}

function checkString(
  value: string,
  shape: Extract<Shape, { type: 'string' }>,
  fault: (constraint: string) => void,
): void {
  checkBounds(value.length, shape, 'length', fault);
  if (shape.pattern && !shape.pattern.test(value)) {
    fault(`Member must satisfy regular expression pattern: ${shape.pattern.source}`);
  }
  if (shape.values && !shape.values.includes(value)) {
    fault(`Member must satisfy enum value set: [${shape.values.join(', ')}]`);
  }
}

function checkBounds(
  measure: number,
  bounds: { min?: number; max?: number },
  kind: 'length' | 'value',
  fault: (constraint: string) => void,
): void {
  const have = kind === 'length' ? 'have length' : 'have value';
  if (bounds.min !== undefined && measure < bounds.min) {
    fault(`Member must ${have} greater than or equal to ${bounds.min}`);
  }
  if (bounds.max !== undefined && measure > bounds.max) {
    fault(`Member must ${have} less than or equal to ${bounds.max}`);
  }
}

function echo(json: unknown): string {
  const text = String(json);
  return `'${text.length > maxEcho ? `${text.slice(0, maxEcho)}…` : text}'`;
}

function wrongType(json: unknown, wanted: string): AwsFailure {
  if (Array.isArray(json)) {
    return new AwsFailure('SerializationException', 'Start of list found where not expected');
  }
  if (typeof json === 'object' && json !== null) {
    return new AwsFailure('SerializationException', 'Start of structure or map found where not expected.');
  }
  const token =
    json === null ? 'NULL_VALUE' : typeof json === 'boolean' ? `${json}`.toUpperCase() : tokenOf(json);
  return new AwsFailure('SerializationException', `${token} can not be converted to ${wanted}`);
}

function tokenOf(json: unknown): string {
  return typeof json === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE';
}
