import { AppError } from '../domain/errors.ts';
import { statusWord } from '../domain/status-words.ts';
import type { CommandContext } from './context.ts';
import { buildJson, jsonText } from './json.ts';

export type OneBuildOptions = { build: string; yes: boolean };

/** `ccwb-tui stop`: asks unless told `--yes`; a build that has ended is left as it is, exit 1. */
export async function stop(context: CommandContext, options: OneBuildOptions): Promise<number> {
  refuseReadOnly(context, 'stop a build');
  const services = await context.connect();
  const build = await services.builds.resolve(options.build, services.deployment.projects, context.signal);
  if (build.status !== 'IN_PROGRESS') {
    throw new AppError({
      kind: 'conflict',
      message: `Build ${build.id} has already ended: ${statusWord(build.status)}.`,
      hint: 'Nothing was changed.',
    });
  }
  if (!(await agreed(context, options, `Stop build ${build.id}?`))) return 1;
  const stopped = await services.builds.stop(build.id, context.signal);
  context.io.err(`Stopping ${build.id}.\n`);
  if (context.options.json) await context.io.out(jsonText(buildJson(stopped)));
  return 0;
}

/** `ccwb-tui retry`: starts the same build anew, from the same source folder in the sandbox, and prints the new id. */
export async function retry(context: CommandContext, options: OneBuildOptions): Promise<number> {
  refuseReadOnly(context, 'start a build');
  const services = await context.connect();
  const build = await services.builds.resolve(options.build, services.deployment.projects, context.signal);
  if (!(await agreed(context, options, `Start ${build.id} again?`))) return 1;
  const started = await services.builds.retry(build.id, context.newToken(), context.signal);
  await context.recordLatestBuild(started, services);
  await context.io.out(context.options.json ? jsonText(buildJson(started)) : `${started.id}\n`);
  return 0;
}

/** @throws AppError `usage` under `--read-only`. */
export function refuseReadOnly(context: CommandContext, what: string): void {
  if (!context.options.readOnly) return;
  throw new AppError({
    kind: 'usage',
    message: `--read-only: this would ${what}.`,
    hint: 'Leave --read-only out to do it.',
  });
}

/** The user's yes: by flag, or asked on the terminal. @throws AppError `usage` where nobody can be asked. */
export async function agreed(
  context: CommandContext,
  options: { yes: boolean },
  question: string,
): Promise<boolean> {
  if (options.yes) return true;
  if (!context.io.confirm) {
    throw new AppError({
      kind: 'usage',
      message: `There is no terminal to ask on: ${question.replace(/\?.*$/s, '?')}`,
      hint: 'Add --yes to do it.',
    });
  }
  if (await context.io.confirm(question, context.signal)) return true;
  context.io.err('Nothing was changed.\n');
  return false;
}
