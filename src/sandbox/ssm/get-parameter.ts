import { AwsFailure } from '../http.ts';
import { readInput, type Shape, type StructureShape } from '../json-shape.ts';
import { invalidInput, nameShape, namesShape, type SsmContext } from './context.ts';
import { parseSelector } from './names.ts';
import { historyJson, newestOf, type Parameter, type ParameterVersion, parameterJson } from './parameter.ts';

const flag = { type: 'boolean' } as const satisfies Shape;
const token = { type: 'string' } as const satisfies Shape;

/** A parameter and which of its versions is meant. */
type Found = { parameter: Parameter; version: ParameterVersion; selector: string | undefined };

/** The version that `name`, `name:version` or an ARN means. Throws ParameterNotFound, ParameterVersionNotFound. */
function find({ account, store }: SsmContext, text: string): Found {
  const { name, selector } = parseSelector(account, text);
  const parameter = store.get(name);
  // AWS leaves the message empty here.
  if (!parameter) throw new AwsFailure('ParameterNotFound', '');
  if (selector === undefined) return { parameter, version: newestOf(parameter), selector };
  const version = parameter.versions.find((one) => `:${one.version}` === selector);
  if (version) return { parameter, version, selector };
  throw new AwsFailure(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${selector.slice(1)} of ${name}. Verify the version and try again.`,
  );
}

function show({ account }: SsmContext, { parameter, version, selector }: Found, decrypt = false): object {
  return parameterJson(account, parameter, version, { decrypt, selector });
}

const getShape = {
  type: 'structure',
  required: ['Name'],
  members: { Name: nameShape, WithDecryption: flag },
} as const satisfies StructureShape;

/** GetParameter. */
export async function getParameter(context: SsmContext, json: unknown): Promise<object> {
  const input = readInput(json, getShape, invalidInput);
  return { Parameter: show(context, find(context, input.Name), input.WithDecryption) };
}

const getManyShape = {
  type: 'structure',
  required: ['Names'],
  members: { Names: namesShape, WithDecryption: flag },
} as const satisfies StructureShape;

/** GetParameters: what is not there is named, not an error. */
export async function getParameters(context: SsmContext, json: unknown): Promise<object> {
  const input = readInput(json, getManyShape, invalidInput);
  const found: object[] = [];
  const missing: string[] = [];
  for (const text of new Set(input.Names)) {
    try {
      found.push(show(context, find(context, text), input.WithDecryption));
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      missing.push(text);
    }
  }
  return { Parameters: found, InvalidParameters: missing };
}

const byPathShape = {
  type: 'structure',
  required: ['Path'],
  members: {
    Path: nameShape,
    Recursive: flag,
    ParameterFilters: { type: 'list', of: { type: 'structure', members: {} } },
    WithDecryption: flag,
    MaxResults: { type: 'integer', min: 1, max: 10 },
    NextToken: token,
  },
} as const satisfies StructureShape;

/** GetParametersByPath, ten to a page. */
export async function getParametersByPath(context: SsmContext, json: unknown): Promise<object> {
  const input = readInput(json, byPathShape, invalidInput);
  const { Path: path, Recursive: recursive = false, WithDecryption: decrypt = false } = input;
  if (!path.startsWith('/')) {
    throw new AwsFailure(invalidInput, 'The parameter path must begin with a slash.');
  }
  if (input.ParameterFilters && input.ParameterFilters.length > 0) {
    throw new AwsFailure('InvalidFilterKey', 'The sandbox does not offer ParameterFilters.');
  }
  const after = placeIn(input.NextToken);
  const rest = context.store
    .list()
    .filter(({ name }) => isBelow(name, path, recursive) && (after === undefined || name > after));
  const { items, next } = pageOf(rest, input.MaxResults ?? 10, ({ name }) => name);
  const parameters = items.map((parameter) =>
    parameterJson(context.account, parameter, newestOf(parameter), { decrypt }),
  );
  return { Parameters: parameters, ...next };
}

const historyShape = {
  type: 'structure',
  required: ['Name'],
  members: {
    Name: nameShape,
    WithDecryption: flag,
    MaxResults: { type: 'integer', min: 1, max: 50 },
    NextToken: token,
  },
} as const satisfies StructureShape;

/** GetParameterHistory, oldest version first, fifty to a page. */
export async function getParameterHistory(context: SsmContext, json: unknown): Promise<object> {
  const input = readInput(json, historyShape, invalidInput);
  const { parameter } = find(context, input.Name);
  const after = Number(placeIn(input.NextToken) ?? 0);
  const rest = parameter.versions.filter(({ version }) => version > after);
  const { items, next } = pageOf(rest, input.MaxResults ?? 50, ({ version }) => String(version));
  const versions = items.map((version) =>
    historyJson(context.account, parameter, version, input.WithDecryption ?? false),
  );
  return { Parameters: versions, ...next };
}

/** Names without a slash count as lying directly below `/`. */
function isBelow(name: string, path: string, recursive: boolean): boolean {
  const full = name.startsWith('/') ? name : `/${name}`;
  const folder = path.endsWith('/') ? path : `${path}/`;
  return full.startsWith(folder) && (recursive || !full.slice(folder.length).includes('/'));
}

/** A token says behind which item the next page begins; that item may be gone by then. */
function pageOf<T>(
  items: readonly T[],
  limit: number,
  place: (item: T) => string,
): { items: readonly T[]; next: { NextToken?: string } } {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const more = last !== undefined && items.length > limit;
  return { items: page, next: more ? { NextToken: tokenOf(place(last)) } : {} };
}

function tokenOf(place: string): string {
  return Buffer.from(`after ${place}`).toString('base64url');
}

function placeIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, place] = /^after (.+)$/s.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (place === undefined) throw new AwsFailure('InvalidNextToken', "The specified token isn't valid.");
  return place;
}
