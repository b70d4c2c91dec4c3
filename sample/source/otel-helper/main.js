import { Failure } from '../shared/failure.js';
import { sampleIdentity, sampleKey } from '../shared/identity.js';
import { parseOptions } from '../shared/options.js';
import { runProgram } from '../shared/program.js';
import { readToken, signToken } from '../shared/token.js';
import { versionLine } from '../shared/version.js';
import { headersOf } from './headers.js';

const name = 'otel-helper';

const help = `Usage: ${name} [--version] [--help]
Prints the headers of telemetry requests as JSON, for otelHeadersHelper in Claude Code's settings.
This is the sample of ccwb-tui's sandbox: it knows one user, who does not exist.`;

/** What the program prints for these arguments. Throws a Failure. */
export function answer(args) {
  const options = parseOptions(args, { version: 'flag', help: 'flag' });
  if (options.help) return help;
  if (options.version) return versionLine(name);
  const claims = readToken(signToken(sampleIdentity, sampleKey), sampleKey);
  if (claims === undefined) throw new Failure('the token cannot be read');
  return JSON.stringify(headersOf(claims));
}

/** Called by the executable that the compiler makes. */
export function start(system) {
  return runProgram(name, () => answer(system.args), system);
}
