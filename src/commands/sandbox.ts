import type { SandboxInfo } from '../domain/ports/sandbox.ts';
import type { CommandContext } from './context.ts';
import { jsonText } from './json.ts';
import { agreed } from './stop-retry.ts';

/** `ccwb-tui sandbox serve`: in the foreground until Ctrl-C. */
export async function serve(context: CommandContext, options: { port?: number }): Promise<number> {
  const { source } = context.options;
  const serving = { ...options, ...(source === undefined ? {} : { source }) };
  await context.sandbox.serve(serving, context.signal, (info) => {
    context.io.err(`The sandbox answers on ${info.endpoint}. Ctrl-C ends it.\n`);
    if (context.options.json) void context.io.out(jsonText(infoJson(info)));
  });
  return 0;
}

/** `ccwb-tui sandbox status`: exit 0 where it runs, 1 where not. */
export async function status(context: CommandContext): Promise<number> {
  const info = await context.sandbox.status(context.signal);
  if (context.options.json) await context.io.out(jsonText(info ? infoJson(info) : { running: false }));
  else if (info) await context.io.out(`${infoText(info)}\n`);
  else await context.io.out('The sandbox is not running. Any command with --sandbox starts it.\n');
  return info ? 0 : 1;
}

/** `ccwb-tui sandbox stop`: exit 0 whether or not one was running. */
export async function stop(context: CommandContext): Promise<number> {
  const stopped = await context.sandbox.stop(context.signal);
  context.io.err(stopped ? 'The sandbox has ended.\n' : 'The sandbox was not running.\n');
  return 0;
}

/** `ccwb-tui sandbox reset`: forgets builds, objects and parameters; port and keys stay, so links can be made anew. */
export async function reset(context: CommandContext, options: { yes: boolean }): Promise<number> {
  if (!(await agreed(context, options, 'Forget all builds, packages and links of the sandbox?'))) return 1;
  await context.sandbox.reset(context.signal);
  context.io.err('The sandbox is as new.\n');
  return 0;
}

/** `ccwb-tui sandbox env`: starts it if need be; `eval "$(ccwb-tui sandbox env)"` points other AWS clients at it. */
export async function env(context: CommandContext): Promise<number> {
  const info = await context.sandbox.ensure({}, context.signal);
  const variables = {
    AWS_ENDPOINT_URL: info.endpoint,
    AWS_ACCESS_KEY_ID: info.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: info.credentials.secretAccessKey,
    AWS_REGION: info.region,
    AWS_DEFAULT_REGION: info.region,
  };
  if (context.options.json) await context.io.out(jsonText(variables));
  else {
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
    await context.io.out(lines.join(''));
  }
  return 0;
}

const infoJson = (info: SandboxInfo) => ({
  running: true,
  endpoint: info.endpoint,
  port: info.port,
  pid: info.pid,
  region: info.region,
  source: info.source ?? null,
  data: info.dataDir,
});

const infoText = (info: SandboxInfo) =>
  [
    `The sandbox answers on ${info.endpoint} (process ${info.pid}).`,
    `Builds:  ${info.source ?? 'the sample project'}`,
    `Data:    ${info.dataDir}`,
  ].join('\n');
