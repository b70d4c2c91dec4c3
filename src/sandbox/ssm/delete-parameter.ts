import { AwsFailure } from '../http.ts';
import { readInput, type StructureShape } from '../json-shape.ts';
import { invalidInput, nameShape, namesShape, type SsmContext } from './context.ts';

const oneShape = {
  type: 'structure',
  required: ['Name'],
  members: { Name: nameShape },
} as const satisfies StructureShape;

/** DeleteParameter, with all its versions. */
export async function deleteParameter({ store }: SsmContext, json: unknown): Promise<object> {
  const { Name: name } = readInput(json, oneShape, invalidInput);
  const there = await store.change(name, (current) => ({ next: undefined, result: current !== undefined }));
  // AWS leaves the message empty here.
  if (!there) throw new AwsFailure('ParameterNotFound', '');
  return {};
}

const manyShape = {
  type: 'structure',
  required: ['Names'],
  members: { Names: namesShape },
} as const satisfies StructureShape;

/** DeleteParameters: what is not there is named, not an error. */
export async function deleteParameters({ store }: SsmContext, json: unknown): Promise<object> {
  const { Names: names } = readInput(json, manyShape, invalidInput);
  const deleted: string[] = [];
  const missing: string[] = [];
  for (const name of new Set(names)) {
    const there = await store.change(name, (current) => ({ next: undefined, result: current !== undefined }));
    (there ? deleted : missing).push(name);
  }
  return { DeletedParameters: deleted, InvalidParameters: missing };
}
