import type { KnownProblem } from './known-problem.ts';
import { artifactProblems } from './problems/artifacts.ts';
import { awsProblems } from './problems/aws.ts';
import { compilingProblems } from './problems/compiling.ts';
import { pythonProblems } from './problems/python.ts';
import { windowsProblems } from './problems/windows.ts';

/** All known problems. Of two that match the same place with the same certainty, the earlier one counts. */
export const knownProblems: readonly KnownProblem[] = [
  ...artifactProblems,
  ...awsProblems,
  ...compilingProblems,
  ...pythonProblems,
  ...windowsProblems,
];
