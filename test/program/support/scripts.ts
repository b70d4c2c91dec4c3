import type { BuildScript, ScriptStep } from '../../support/scripted-build.ts';

/** What the sandbox's project leaves on the machine the tests speak of. */
const binaries = {
  'credential-process-linux-x64': '#!/bin/sh\necho credential-process 1.0\n',
  'otel-helper-linux-x64': '#!/bin/sh\necho otel-helper 1.0\n',
} as const;

/** A build that prints `seconds` numbered lines, one a second, and succeeds with an artifact. */
export function steadyBuild(seconds: number): BuildScript {
  return {
    status: 'SUCCEEDED',
    artifact: binaries,
    *steps() {
      yield* phase('DOWNLOAD_SOURCE', []);
      yield* phase('INSTALL', []);
      yield* phase('PRE_BUILD', []);
      const lines = Array.from(
        { length: seconds },
        (_, index): ScriptStep => ({ after: 1_000, print: [numbered(index + 1)] }),
      );
      yield* phase('BUILD', lines);
      yield* phase('POST_BUILD', []);
      yield* phase('UPLOAD_ARTIFACTS', []);
    },
  };
}

/** What line `number` of a {@link steadyBuild} says, from 1 on. */
export const numbered = (number: number) => `step ${number} of the work`;

function* phase(name: string, steps: readonly ScriptStep[]): Iterable<ScriptStep> {
  if (name !== 'DOWNLOAD_SOURCE') yield { begin: name };
  yield* steps;
  yield { end: name };
}
