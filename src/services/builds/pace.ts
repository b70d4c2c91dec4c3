/**
 * How often builds are asked for, in ms. Each is the least pause; jitter only adds to it, so that these are budgets:
 * twelve calls a minute for all running builds of up to a hundred, two lists a minute for each project.
 */
export const pace = {
  /** While something runs. */
  running: 5_000,
  /** A little less, so that an answer asked for at the last tick is always too old at the next. */
  runningAge: 4_900,
  /** Between two readings of a project's newest page; also what one call costs of an idle project's budget. */
  list: 30_000,
} as const;
