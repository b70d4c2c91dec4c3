import type { KnownProblem } from '../known-problem.ts';

/** What a build should have left and did not; also where it counts as succeeded all the same. */
export const artifactProblems: readonly KnownProblem[] = [
  {
    id: 'no-artifacts',
    certainty: 'symptom',
    when: { phase: ['UPLOAD_ARTIFACTS'], says: /no matching (?:artifact|base directory) paths? found/i },
    cause: 'The build left none of the files that the buildspec names under artifacts:.',
    fix: 'Look above in the log for what kept Nuitka from writing them; compare the names.',
    from: 'ccwb manual, troubleshooting 3',
  },
  {
    id: 'artifact-incomplete',
    when: { status: ['SUCCEEDED'], says: /^Skipping invalid file path (?<file>\S{1,40})/i },
    cause: 'The artifact lacks {file}, though the build succeeded.',
    fix: 'Do not ship it. Have post_build exit 1 where a file is missing (Test-Path), and retry.',
    from: 'ccwb: succeeded builds without an exe',
  },
  {
    id: 'nuitka-failed-silently',
    certainty: 'likely',
    when: { status: ['SUCCEEDED'], says: /^(?:Nuitka[\w-]{0,20}:)?FATAL: / },
    cause: 'Nuitka failed, though the build succeeded: an exe may be missing.',
    fix: 'Do not ship it. Have post_build exit 1 where a file is missing (Test-Path), and retry.',
    from: 'ccwb: succeeded builds without an exe',
  },
];
