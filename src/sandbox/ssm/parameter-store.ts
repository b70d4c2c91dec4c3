import { join } from 'node:path';
import { createLocks } from '../locks.ts';
import { readRecord } from '../read-record.ts';
import { writeFileAtomic } from '../write-file.ts';
import { type Parameter, parametersSchema } from './parameter.ts';

/** The account's parameters, all in one private file: they are few and small. */
export type ParameterStore = {
  get(name: string): Parameter | undefined;
  /** By name. */
  list(): Parameter[];
  /** Puts what `change` makes of a parameter in its place, undefined to remove it. One change after the other; memory follows the disk. */
  change<T>(
    name: string,
    change: (current: Parameter | undefined) => { next: Parameter | undefined; result: T },
  ): Promise<T>;
};

/** Opens the parameters kept in `ssm.json` in `dir`. */
export async function openParameters(dir: string): Promise<ParameterStore> {
  const path = join(dir, 'ssm.json');
  const stored = await readRecord(parametersSchema, path);
  let parameters = new Map(stored?.parameters.map((parameter) => [parameter.name, parameter]));
  const locks = createLocks();
  return {
    get: (name) => parameters.get(name),
    list: () => [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    change: (name, change) =>
      locks.run('all', async () => {
        const { next, result } = change(parameters.get(name));
        if (next === parameters.get(name)) return result;
        const changed = new Map(parameters);
        if (next) changed.set(name, next);
        else changed.delete(name);
        await writeFileAtomic(path, JSON.stringify({ parameters: [...changed.values()] }));
        parameters = changed;
        return result;
      }),
  };
}
