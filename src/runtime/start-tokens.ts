import type { Build } from '../domain/build.ts';
import { AppError } from '../domain/errors.ts';

/** CodeBuild remembers a token for five minutes. */
const rememberedMs = 5 * 60_000;

/**
 * One idempotency token for each thing the user wants once. A start that got no answer may have begun a build: starting
 * the same again soon after means that build, unless one has appeared meanwhile.
 */
export type StartTokens = {
  /** Runs `start` with the right token. `what`: a project, or the build to start again; `project`: whose builds those are. */
  use(what: string, project: string, start: (token: string) => Promise<Build>): Promise<Build>;
};

export function createStartTokens(deps: {
  now: () => number;
  newToken: () => string;
  builds: () => readonly Build[];
}): StartTokens {
  const unsure = new Map<string, { token: string; at: number }>();

  const tokenFor = (what: string, project: string): { token: string; at: number } => {
    const left = unsure.get(what);
    unsure.delete(what);
    if (left === undefined || deps.now() - left.at > rememberedMs) {
      return { token: deps.newToken(), at: deps.now() };
    }
    const hasBegun = deps
      .builds()
      .some((build) => build.project === project && (build.startedAt ?? 0) >= left.at - clockSlackMs);
    return hasBegun ? { token: deps.newToken(), at: deps.now() } : left;
  };

  return {
    async use(what, project, start) {
      const used = tokenFor(what, project);
      try {
        return await start(used.token);
      } catch (error) {
        const isUnsure =
          error instanceof AppError && (error.kind === 'network' || error.kind === 'unavailable');
        if (isUnsure) unsure.set(what, used);
        throw error;
      }
    },
  };
}

/** AWS's clock and ours may differ by this much. */
const clockSlackMs = 5_000;
