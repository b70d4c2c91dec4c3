import type { Command } from 'commander';
import { parseExpiresHours } from '../domain/hours.ts';
import { parseAllowedIps } from './allowed-ips.ts';
import { parseBuilds, parseTargets } from './arguments.ts';
import type { DistributeOptions } from './distribute.ts';
import type { PackageOptions } from './package.ts';
import { type AddAction, subcommand } from './subcommand.ts';

/** The commands of the tree that build for a package, and that make one. */
export function addPackageCommands(root: Command, addAction: AddAction): void {
  addAction(
    subcommand(root, 'package', 'start a build of each target that has a project')
      .option('--target-platform <list>', 'targets, comma separated; all without it', parseTargets)
      .option('--status <build>', 'print the state of a build instead of starting one')
      .option('--wait', 'follow the build to its end', false)
      .option('--distribute', 'make a distribution of it once it has succeeded (waits)', false)
      .option('--expires-hours <n>', hoursHelp, hours)
      .option('--allowed-ips <cidrs>', addressesHelp, addresses)
      .option('--qr', qrHelp, false)
      .option('--yes', 'with --distribute: do not ask where something is missing', false),
    (options: PackageOptions) => async (context) =>
      (await import('./package.ts')).packageCommand(context, options),
  );
  addAction(
    subcommand(root, 'distribute', 'make a package of the newest good builds and a link to it')
      .option('--get-latest', 'print the recorded link instead', false)
      .option('--expires-hours <n>', hoursHelp, hours)
      .option('--package-path <dir>', 'folder with more files for the package')
      .option('--allowed-ips <cidrs>', addressesHelp, addresses)
      .option(
        '--build <build>',
        'take the binaries of this build; again for one of another target',
        parseBuilds,
      )
      .option('--qr', qrHelp, false)
      .option('--yes', 'do not ask where something expected is missing', false)
      .option('--resume', 'finish the distribution that was cut off on this machine', false)
      .option('--clean-up', 'remove what distributions that were cut off have left', false),
    (options: DistributeOptions) => async (context) =>
      (await import('./distribute.ts')).distribute(context, options),
  );
}

const hours = (text: string) => parseExpiresHours(text);
const hoursHelp = 'life of the link, 1 to 168 hours';
const addresses = (text: string) => parseAllowedIps(text);
const addressesHelp = 'the link works only from these IP addresses and CIDRs, comma separated';
const qrHelp = 'print the link as a QR code too, or save its picture where there is no room';
