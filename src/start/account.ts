import { resolve } from 'node:path';
import type { GlobalOptions } from '../commands/context.ts';
import type { ConnectOptions } from '../domain/ports/connect.ts';
import type { Machine } from './machine.ts';

/** Which account the global options mean, with the sandbox started where it is the one. */
export async function accountOf(
  machine: Machine,
  options: GlobalOptions,
  startsBuilds: boolean,
  signal: AbortSignal,
): Promise<ConnectOptions> {
  const chosen = {
    ...(options.profile === undefined ? {} : { profileName: options.profile }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.project === undefined ? {} : { project: options.project }),
  };
  if (!options.sandbox) {
    const endpoint = options.endpointUrl === undefined ? {} : { endpointUrl: options.endpointUrl };
    return { place: 'aws', home: machine.home, ...chosen, ...endpoint };
  }
  const info = await machine.sandbox.ensure(sourceOf(options, startsBuilds), signal);
  return {
    place: 'sandbox',
    home: info.home,
    endpointUrl: info.endpoint,
    credentials: info.credentials,
    proof: info.proof,
    ...chosen,
  };
}

/** Commands that start builds settle what is built; the others leave that as it is. */
export function sourceOf(options: GlobalOptions, startsBuilds: boolean): { source?: string | null } {
  if (options.source !== undefined) return { source: resolve(options.source) };
  return startsBuilds ? { source: null } : {};
}
