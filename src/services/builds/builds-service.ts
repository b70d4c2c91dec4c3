import type { Clock } from '../../domain/clock.ts';
import { AppError } from '../../domain/errors.ts';
import { hasEnded } from '../../domain/phases.ts';
import type { BuildPage, BuildQuery, BuildsService } from '../../domain/ports/builds.ts';
import { once } from '../aws-call.ts';
import type { AwsClients } from '../aws-clients.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { createCodeBuildApi } from './codebuild-api.ts';
import { followBuilds } from './follow.ts';
import { newestFirst } from './newest-first.ts';
import { noSuchBuild } from './no-such-build.ts';
import { resolveBuild } from './resolve.ts';
import { watchBuild } from './watch.ts';

/** The builds of one region, over CodeBuild. Everything made from it shares one catalogue, and so its calls. */
export function createBuilds(deps: {
  aws: AwsClients;
  region: string;
  clock: Clock;
  /** 0 to below 1. */
  random: () => number;
}): BuildsService {
  const { clock, random } = deps;
  const api = createCodeBuildApi(deps);
  const catalogue = createCatalogue({ api, clock });
  const now = () => clock.now();

  const get: BuildsService['get'] = async (id, signal, { maxAgeMs = 0, impatient = false } = {}) => {
    await catalogue.freshen([id], now() - maxAgeMs, signal, impatient ? once : {});
    const known = catalogue.known(id);
    if (!known) throw noSuchBuild(id);
    return known.build;
  };

  return {
    list: (query, signal) => listBuilds({ catalogue, now }, query, signal),
    follow: (query, signal) => followBuilds({ catalogue, clock, random }, query, signal),
    get,
    watch: (id, signal) => watchBuild({ catalogue, clock, random }, id, signal),
    resolve: (reference, projects, signal) => resolveBuild({ catalogue, now }, reference, projects, signal),
    async start(project, token, signal) {
      const build = await api.start(project, token, signal);
      catalogue.put(build);
      return build;
    },
    async stop(id, signal) {
      try {
        const build = await api.stop(id, signal);
        catalogue.put(build);
        return build;
      } catch (error) {
        // It may have ended while the user was asked: that is what they wanted.
        if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
        const build = await get(id, signal);
        if (!hasEnded(build)) throw error;
        return build;
      }
    },
    async retry(id, token, signal) {
      const build = await api.retry(id, token, signal);
      catalogue.put(build);
      return build;
    },
    projects: (names, signal) => api.getProjects(names, signal),
    refresh: () => catalogue.refresh(),
  };
}

/** The cursor of a page is the id of its last build: the next page goes on after it, whatever was started meanwhile. */
async function listBuilds(
  { catalogue, now }: { catalogue: Catalogue; now: () => number },
  query: BuildQuery,
  signal: AbortSignal,
): Promise<BuildPage> {
  const asked = now();
  const lists = [...new Set(query.projects)].map((project) => catalogue.list(project));
  const limit = Math.max(1, query.limit);
  if (query.cursor === undefined) for (const list of lists) await list.refresh(asked, signal);
  for (let count = limit; ; count *= 2) {
    for (const list of lists) await list.deepen(count, signal);
    const ids = lists.flatMap((list) => list.ids().slice(0, count));
    await catalogue.freshen(ids, asked, signal);
    const merged = newestFirst(ids.flatMap((id) => catalogue.known(id)?.build ?? []));
    const from = query.cursor === undefined ? 0 : merged.findIndex((build) => build.id === query.cursor) + 1;
    const complete = lists.every((list) => list.complete());
    const known = lists.reduce((sum, list) => sum + list.ids().length, 0);
    const isAll = complete && known <= ids.length;
    if (query.cursor !== undefined && from === 0 && isAll) {
      throw new AppError({
        kind: 'invalid',
        message: 'This page of builds is gone: the list was read anew.',
        hint: 'Begin at the top again.',
      });
    }
    // Only the first `count` of each project are known: beyond them the merged order is not certain yet.
    const certain = isAll ? merged.length : Math.min(merged.length, count);
    if (!isAll && (certain < from + limit || (query.cursor !== undefined && from === 0))) continue;
    const builds = merged.slice(from, Math.min(certain, from + limit));
    const last = builds.at(-1);
    const hasMore = !isAll || from + builds.length < merged.length;
    return { builds, ...(hasMore && last ? { cursor: last.id } : {}), ...(complete ? { total: known } : {}) };
  }
}
