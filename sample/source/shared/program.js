import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from './failure.js';

/** The folder of the running program, links resolved: config.json lies beside it. */
export function programFolder(path) {
  try {
    return dirname(realpathSync(path));
  } catch {
    return dirname(path);
  }
}

/** Runs `main` and turns a Failure into one line on stderr and its exit code. */
export function runProgram(name, main, { write, writeError }) {
  try {
    write(`${main()}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    writeError(`${name}: ${error.message}\n`);
    return error.exitCode;
  }
}
