import type { Build } from '../domain/build.ts';
import type { Services } from '../domain/ports/services.ts';
import { buildText, outcomeText, phaseText } from './build-text.ts';
import type { CommandContext } from './context.ts';
import { buildJson, diagnosisJson, jsonText } from './json.ts';
import { loseHope } from './patience.ts';
import { type Explanation, readDiagnosis } from './read-diagnosis.ts';

/** `ccwb-tui build`: one build with its phases; `--watch` waits for its end and exits 0 or 1 by its result. */
export async function build(
  context: CommandContext,
  options: { build: string; watch: boolean },
): Promise<number> {
  const services = await context.connect();
  const found = await services.builds.resolve(options.build, services.deployment.projects, context.signal);
  if (!options.watch) {
    await printBuild(context, services, found);
    return 0;
  }
  const ended = await watch(context, services, found);
  const explanation = await readDiagnosis(context, services, ended);
  if (context.options.json) await context.io.out(explainedJson(ended, explanation));
  else await context.io.out(`${outcomeText(ended, explanation, context)}\n`);
  return ended.status === 'SUCCEEDED' ? 0 : 1;
}

/** Prints a build on stdout, for people or as JSON. */
export async function printBuild(context: CommandContext, services: Services, found: Build): Promise<void> {
  const explanation = await readDiagnosis(context, services, found);
  await context.io.out(
    context.options.json
      ? explainedJson(found, explanation)
      : `${buildText(found, explanation, services, context)}\n`,
  );
}

const explainedJson = (build: Build, { diagnosis }: Explanation) =>
  jsonText({ ...buildJson(build), diagnosis: diagnosisJson(diagnosis) });

async function watch(context: CommandContext, services: Services, first: Build): Promise<Build> {
  let last = first;
  const told = new Set<string>();
  for await (const update of services.builds.watch(first.id, context.signal)) {
    if (update.kind === 'trouble') {
      loseHope(update, context.clock.now(), true);
      context.io.err(`${update.error.message} Trying again.\n`);
      continue;
    }
    last = update.build;
    for (const phase of last.phases) {
      const line = phaseText(phase, context.clock.now());
      if (phase.endedAt === undefined || told.has(phase.type)) continue;
      told.add(phase.type);
      context.io.err(`${line}\n`);
    }
  }
  context.signal.throwIfAborted();
  return last;
}
