import { NormalizedSchema } from '@smithy/core/schema';

/** Values of members that are enums, by `Structure.member`: the SDK's schemas know them as plain strings. */
export type Enums = Readonly<Record<string, Readonly<Record<string, string>>>>;

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/**
 * What is wrong with an answer's raw JSON by the SDK's own schema: members it does not know, wrong types, timestamps that
 * are no numbers, nulls, missing required members, values outside an enum. Empty where all is right.
 */
export function schemaFaults(schema: SchemaRef, json: unknown, enums: Enums = {}): string[] {
  const faults: string[] = [];
  walk(NormalizedSchema.of(schema), json, '$', faults, enums);
  return faults;
}

function walk(schema: NormalizedSchema, json: unknown, path: string, faults: string[], enums: Enums): void {
  const expect = (right: boolean, wanted: string): void => {
    if (!right) faults.push(`${path}: ${JSON.stringify(json)} is not ${wanted}`);
  };
  if (schema.isStructSchema()) {
    const right = typeof json === 'object' && json !== null && !Array.isArray(json);
    expect(right, 'a structure');
    if (right) walkStructure(schema, json as Record<string, unknown>, path, faults, enums);
  } else if (schema.isListSchema()) {
    expect(Array.isArray(json), 'a list');
    if (Array.isArray(json)) {
      json.forEach((item, index) => {
        walk(schema.getValueSchema(), item, `${path}[${index}]`, faults, enums);
      });
    }
  } else if (schema.isTimestampSchema() || schema.isNumericSchema()) {
    expect(typeof json === 'number' && Number.isFinite(json), 'a number');
  } else if (schema.isBooleanSchema()) expect(typeof json === 'boolean', 'a boolean');
  else if (schema.isStringSchema()) expect(typeof json === 'string', 'a string');
  else faults.push(`${path}: the walker does not know ${schema.getName()}`);
}

function walkStructure(
  schema: NormalizedSchema,
  json: Record<string, unknown>,
  path: string,
  faults: string[],
  enums: Enums,
): void {
  const members = new Map(schema.structIterator());
  const [required] = (schema.getSchema() as unknown as unknown[]).slice(6);
  for (const name of [...members.keys()].slice(0, typeof required === 'number' ? required : 0)) {
    if (!Object.hasOwn(json, name)) faults.push(`${path}: ${name} is missing`);
  }
  for (const [name, value] of Object.entries(json)) {
    const member = members.get(name);
    if (member === undefined) {
      faults.push(`${path}: ${schema.getName()} has no member ${name}`);
      continue;
    }
    walk(member, value, `${path}.${name}`, faults, enums);
    const allowed = enums[`${schema.getName()}.${name}`];
    if (allowed !== undefined && !Object.values(allowed).includes(String(value))) {
      faults.push(`${path}.${name}: ${String(value)} is not in the enum`);
    }
  }
}
