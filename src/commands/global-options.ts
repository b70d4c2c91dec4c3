import type { Command } from 'commander';
import { AppError } from '../domain/errors.ts';
import type { GlobalOptions } from './context.ts';
import { isRegionName, isWebAddress } from './plain-arguments.ts';

/** Adds the options every command takes. */
export function addGlobalOptions(root: Command): void {
  root
    .option('--profile <name>', 'profile of ccwb or of the AWS configuration')
    .option('--region <region>', 'AWS region')
    .option('--project <name>', 'CodeBuild project, instead of those of the profile')
    .option('--endpoint-url <url>', 'where the AWS services answer')
    .option(
      '--sandbox',
      'use the sandbox on this machine: runs the commands of the build here, as you',
      false,
    )
    .option('--source <dir>', 'build this folder in the sandbox instead of its sample project')
    .option('--json', 'print JSON on stdout and nothing else', false)
    .option('--read-only', 'refuse whatever would change something', false)
    .option('--no-color', 'no colours')
    .option('--ascii', 'ASCII characters only', false)
    .option('--debug <file>', 'write what happens to a file');
}

/**
 * What was given of {@link addGlobalOptions}.
 * @throws AppError `usage` for an empty value, and for what cannot be a region, an address, or go together
 */
export function globalOptions(root: Command): GlobalOptions {
  const options = root.opts<GlobalOptions>();
  for (const name of ['profile', 'region', 'project', 'endpointUrl', 'source', 'debug'] as const) {
    if (options[name] === '') {
      const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      throw new AppError({
        kind: 'usage',
        message: `--${flag} needs a value.`,
        hint: 'See ccwb-tui --help.',
      });
    }
  }
  const { region, endpointUrl } = options;
  if (region !== undefined && !isRegionName(region)) {
    throw new AppError({
      kind: 'usage',
      message: `--region takes the name of a region, not '${region}'.`,
      hint: 'For example --region eu-central-1.',
    });
  }
  if (endpointUrl !== undefined && !isWebAddress(endpointUrl)) {
    throw new AppError({
      kind: 'usage',
      message: `--endpoint-url takes an address that begins with http:// or https://, not '${endpointUrl}'.`,
      hint: 'For example --endpoint-url http://127.0.0.1:21000.',
    });
  }
  const sandbox = options.sandbox || options.source !== undefined;
  if (sandbox && options.endpointUrl !== undefined) {
    throw new AppError({
      kind: 'usage',
      message: '--sandbox and --endpoint-url exclude each other.',
      hint: 'Leave one of them out.',
    });
  }
  return { ...options, sandbox };
}
