import type { Build } from '../domain/build.ts';
import { buildCells } from './build-text.ts';
import type { CommandContext } from './context.ts';
import { buildJson, jsonText } from './json.ts';
import { tableText } from './table.ts';

/** `ccwb-tui builds`: the newest builds of the profile's projects. Exit 0, also where there is none. */
export async function builds(context: CommandContext, options: { limit: number }): Promise<number> {
  const services = await context.connect();
  const found: Build[] = [];
  let cursor: string | undefined;
  do {
    const rest = options.limit - found.length;
    const query = { projects: services.deployment.projects, limit: rest, ...(cursor ? { cursor } : {}) };
    const page = await services.builds.list(query, context.signal);
    found.push(...page.builds.slice(0, rest));
    cursor = page.cursor;
  } while (cursor && found.length < options.limit);
  if (context.options.json) {
    await context.io.out(jsonText(found.map(buildJson)));
    return 0;
  }
  if (found.length === 0) {
    context.io.err('No builds yet. Start one with: ccwb-tui package\n');
    return 0;
  }
  await context.io.out(
    await tableText(
      found.map((build) => buildCells(build, services, context)),
      context.io,
    ),
  );
  return 0;
}
