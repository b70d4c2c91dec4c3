import { pe } from './programs.ts';
import type { BuildScript, ScriptStep } from './scripted-build.ts';

const second = 1_000;

/** A phase of so many seconds that prints its lines evenly; `$ ` stands before a command. */
function* phase(name: string, seconds: number, lines: readonly string[] = []): Iterable<ScriptStep> {
  const step = Math.floor((seconds * second) / (lines.length + 1));
  yield { begin: name };
  for (const line of lines) {
    if (line.startsWith('$ ')) yield { after: step, say: `Running command ${line.slice(2)}` };
    else yield { after: step, print: [line] };
  }
  yield { after: seconds * second - step * lines.length, end: name };
}

const download: ScriptStep[] = [
  { say: 'Phase is DOWNLOAD_SOURCE' },
  { say: 'Phases found in YAML: 4' },
  { after: 5 * second, end: 'DOWNLOAD_SOURCE' },
];

function* nuitka(target: string, modules: number): Iterable<string> {
  yield `Building ${target} Windows executable`;
  yield 'Nuitka: Starting Python compilation with:';
  yield 'Nuitka-Scons: Backend C compiler: cl (cl 14.3).';
  for (let module = 1; module <= modules; module += 1) {
    yield `Nuitka-Scons: Compiling ${module} of ${modules}: module.botocore.m${module}.c`;
  }
  yield `Nuitka: Successfully created '${target}-windows.exe'.`;
}

const binaries = {
  'credential-process-windows.exe': pe(),
  'otel-helper-windows.exe': pe({ subsystem: 2 }),
} as const;

/** The usual Windows build of ccwb: thirteen minutes from its first command to its artifact, about 500 lines. */
export const windowsBuild: BuildScript = {
  status: 'SUCCEEDED',
  artifact: binaries,
  *steps() {
    yield* download;
    yield* phase('INSTALL', 95, [
      'Starting Windows build environment setup',
      '$ choco install python312 -y',
      'Chocolatey v2.3.0',
    ]);
    yield* phase('PRE_BUILD', 150, [
      'Installing build dependencies',
      '$ python -m pip install nuitka==2.7.12',
      'Successfully installed',
    ]);
    yield* phase('BUILD', 520, [...nuitka('credential-process', 400), ...nuitka('otel-helper', 90)]);
    yield* phase('POST_BUILD', 4, ['Build completed', ...Object.keys(binaries)]);
    yield* phase('UPLOAD_ARTIFACTS', 6);
  },
};

/** Why {@link failedBuild} fails. */
export const compilerFailure = {
  code: 'COMMAND_EXECUTION_ERROR',
  message:
    'Error while executing command: python -m nuitka --standalone --onefile source/cognito_auth/__main__.py. Reason: exit status 1',
} as const;

/** A compiler error after two minutes: POST_BUILD runs all the same, and there is nothing to upload. */
export const failedBuild: BuildScript = {
  status: 'FAILED',
  *steps() {
    yield* download;
    yield* phase('INSTALL', 60);
    yield* phase('PRE_BUILD', 30, ['Installing build dependencies']);
    yield { begin: 'BUILD' };
    yield { after: 20 * second, print: ['Nuitka: Starting Python compilation with:'] };
    yield { after: 5 * second, print: ['FATAL: Error, no module named cognito_auth'] };
    yield { say: 'Command did not exit successfully python -m nuitka exit status 1' };
    yield { end: 'BUILD', status: 'FAILED', contexts: [compilerFailure] };
    yield* phase('POST_BUILD', 1);
    yield { begin: 'UPLOAD_ARTIFACTS' };
    yield {
      after: 1 * second,
      end: 'UPLOAD_ARTIFACTS',
      status: 'FAILED',
      contexts: [{ code: 'CLIENT_ERROR', message: 'no matching artifact paths found' }],
    };
  },
};

/** Nuitka is older than Python: a known problem. */
export const unsupportedPython: BuildScript = {
  status: 'FAILED',
  *steps() {
    yield* download;
    yield* phase('PRE_BUILD', 5);
    yield { begin: 'BUILD' };
    yield { after: second, print: ['Building credential-process Windows executable'] };
    yield {
      after: second,
      print: [
        "FATAL: The Python version '3.12' is not supported by Nuitka '2.0', but an upcoming release will add it.",
      ],
    };
    yield { say: 'Command did not exit successfully python -m nuitka exit status 1' };
    yield { end: 'BUILD', status: 'FAILED', contexts: [compilerFailure] };
  },
};

/** Succeeds without one of its two binaries. */
export const incompleteArtifact: BuildScript = {
  status: 'SUCCEEDED',
  *steps() {
    yield* download;
    yield* phase('BUILD', 10, ['FATAL: Failed unexpectedly in Scons C backend compilation.']);
    yield { begin: 'UPLOAD_ARTIFACTS' };
    yield { say: 'Expanding otel-helper-windows.exe' };
    yield { after: second, say: 'Skipping invalid file path otel-helper-windows.exe' };
    yield { say: 'Found 1 file(s)' };
    yield { end: 'UPLOAD_ARTIFACTS' };
  },
};

/** A command that never ends, a line a minute: only the time limit or a stop ends it. */
export const endlessBuild: BuildScript = {
  status: 'SUCCEEDED',
  *steps() {
    yield* download;
    yield* phase('INSTALL', 10);
    yield* phase('PRE_BUILD', 10);
    yield { begin: 'BUILD' };
    for (let minute = 1; ; minute += 1) {
      yield { after: 60 * second, print: [`still waiting for the licence server, minute ${minute}`] };
    }
  },
};

/** What line `number` (from 1) of {@link numberedFlood} says. */
export function floodLine(number: number): string {
  return `line ${String(number).padStart(9, '0')} of the flood`;
}

/** Numbered lines in BUILD, `batch` at a time every `everyMs`; with 0, as fast as they are taken. */
export function numberedFlood(
  lines: number,
  options: { batch?: number; everyMs?: number } = {},
): BuildScript {
  const { batch = 500, everyMs = 10 } = options;
  return {
    status: 'SUCCEEDED',
    *steps() {
      yield* download;
      yield* phase('INSTALL', 0);
      yield* phase('PRE_BUILD', 0);
      yield { begin: 'BUILD' };
      for (let first = 1; first <= lines; first += batch) {
        const count = Math.min(batch, lines - first + 1);
        yield {
          after: everyMs,
          print: Array.from({ length: count }, (_, index) => floodLine(first + index)),
        };
      }
      yield { end: 'BUILD' };
      yield* phase('POST_BUILD', 0);
      yield* phase('UPLOAD_ARTIFACTS', 0);
    },
  };
}
