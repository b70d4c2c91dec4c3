import { Failure } from './failure.js';

/**
 * Reads a command line against `known`: option name to 'flag' or 'value'. `--name=value` and `--name value` are the
 * same. Anything that is not known is refused by name, so that a typing error never means something else.
 */
export function parseOptions(args, known) {
  const options = {};
  for (let index = 0; index < args.length; index += 1) {
    const [, name, inline] = /^--([a-z][a-z-]*)(?:=([\s\S]*))?$/.exec(args[index]) ?? [];
    const kind = name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) throw new Failure(`unknown option ${JSON.stringify(args[index])}`, 2);
    if (kind === 'flag') {
      if (inline !== undefined) throw new Failure(`--${name} takes no value`, 2);
      options[name] = true;
      continue;
    }
    const value = inline ?? args[(index += 1)];
    if (value === undefined || value === '') throw new Failure(`--${name} needs a value`, 2);
    options[name] = value;
  }
  return options;
}
