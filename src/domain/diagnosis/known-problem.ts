import type { BuildStatus } from '../build.ts';

/**
 * What a known problem is recognised by. `status`, `phase` and `timeoutAtMost` must all hold; then `code` and `says`,
 * as far as they are given, of one context of the first failed phase, or `says` alone of a line of the log.
 */
export type Signs = {
  /** Ends of the build; without it FAILED, FAULT, TIMED_OUT and those newer than this program. */
  status?: readonly BuildStatus[];
  /** The first phase that failed. */
  phase?: readonly string[];
  /** Minutes the project gives its builds. */
  timeoutAtMost?: number;
  /** Status code of the context. */
  code?: string;
  /**
   * What CodeBuild's context or a line of the log says; never the command that is run. Named
   * groups fill the `{name}` of the texts. No quantifier within a quantifier: lines are strangers' and may be long.
   */
  says?: RegExp;
};

/**
 * How much a match tells. `cause`: this is what went wrong. `likely`: such a line can also stand in a build that failed of
 * something else. `symptom`: what came of it; whatever else matches tells more.
 */
export type Certainty = 'cause' | 'likely' | 'symptom';

/** An entry of the table. Both texts fit into two lines of the card at 80 columns. */
export type KnownProblem = {
  /** In kebab case, for scripts; never changed once it was published. */
  id: string;
  /** Absent for `cause`. */
  certainty?: Certainty;
  when: Signs;
  /** What went wrong, in one sentence. */
  cause: string;
  /** What to do, naming the command or the setting. */
  fix: string;
  /** Where the knowledge is from. */
  from: string;
};
