import type { Command } from 'commander';
import { AppError } from '../domain/errors.ts';
import { type AddAction, commandGroup, subcommand } from './subcommand.ts';

/** The `sandbox` commands of the tree. */
export function addSandboxCommands(root: Command, addAction: AddAction): void {
  const sandbox = commandGroup(
    root,
    'sandbox',
    'the embedded sandbox: AWS protocols on 127.0.0.1, builds run on this machine',
  );
  const part = (name: string, description: string) => subcommand(sandbox, name, description);
  const sandboxCommand = async () => import('./sandbox.ts');
  addAction(
    part('serve', 'serve in the foreground').option('--port <n>', 'port on 127.0.0.1', port),
    (options: { port?: number }) => async (context) => (await sandboxCommand()).serve(context, options),
  );
  addAction(
    part('status', 'where it runs'),
    () => async (context) => (await sandboxCommand()).status(context),
  );
  addAction(part('stop', 'end it'), () => async (context) => (await sandboxCommand()).stop(context));
  addAction(
    part('reset', 'end it and forget its builds, objects and parameters').option(
      '--yes',
      'do not ask',
      false,
    ),
    (options: { yes: boolean }) => async (context) => (await sandboxCommand()).reset(context, options),
  );
  addAction(
    part('env', 'start it and print export lines for other AWS clients'),
    () => async (context) => (await sandboxCommand()).env(context),
  );
}

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= 65_535) return value;
  throw new AppError({
    kind: 'usage',
    message: `--port takes 1 to 65535, not '${text}'.`,
    hint: 'For example --port 21000.',
  });
}
