import type { Build } from '../../domain/build.ts';
import type { Clock } from '../../domain/clock.ts';
import { hasEnded } from '../../domain/phases.ts';
import type { BuildUpdate } from '../../domain/ports/builds.ts';
import { once } from '../aws-call.ts';
import { poll } from '../poll.ts';
import { createWake } from '../wake.ts';
import type { Catalogue } from './catalogue.ts';
import { noSuchBuild } from './no-such-build.ts';
import { pace } from './pace.ts';

/** `BuildsService.watch`; see there. */
export async function* watchBuild(
  deps: { catalogue: Catalogue; clock: Clock; random: () => number },
  id: string,
  signal: AbortSignal,
): AsyncGenerator<BuildUpdate> {
  const { catalogue, clock } = deps;
  const wake = createWake();
  let asking = false;
  let shown: { build: Build; at: number } | undefined;

  const ask = async (abortSignal: AbortSignal): Promise<{ build: Build; at: number }> => {
    asking = true;
    try {
      const notBefore = Math.max(clock.now() - pace.runningAge, catalogue.refreshedAt());
      await catalogue.freshen([id], notBefore, abortSignal, once);
      const known = catalogue.known(id);
      if (!known) throw noSuchBuild(id);
      return known;
    } finally {
      asking = false;
    }
  };

  const unwatch = catalogue.watch(id);
  const stopListening = catalogue.onChange(() => {
    if (!asking) wake.wake();
  });
  try {
    const answers = poll(
      {
        clock,
        random: deps.random,
        wake,
        ask,
        pace: ({ build }) => (hasEnded(build) ? undefined : pace.running),
      },
      signal,
    );
    for await (const update of answers) {
      if (update.kind === 'trouble') {
        shown = undefined;
        yield update;
        continue;
      }
      const { build, at } = update.answer;
      // The same again means: woken by another build's change, nothing to tell.
      if (build !== shown?.build || at !== shown.at) yield { kind: 'build', build, at };
      shown = { build, at };
    }
  } finally {
    stopListening();
    unwatch();
  }
}
