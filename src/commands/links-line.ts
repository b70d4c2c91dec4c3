import type { Command } from 'commander';
import { parseExpiresHours } from '../domain/hours.ts';
import { parseAllowedIps } from './allowed-ips.ts';
import { type AddAction, commandGroup, subcommand } from './subcommand.ts';

const keyHelp = 'a package: its key, its file name, or the beginning of its stamp (20261120-10)';

/** The `links` commands of the tree. */
export function addLinksCommands(root: Command, addAction: AddAction): void {
  const links = commandGroup(root, 'links', 'packages that were made, and their links');
  const part = (name: string, description: string) => subcommand(links, name, description);
  const linksCommand = async () => import('./links.ts');
  addAction(
    part('list', 'every package with its link: valid, expiring, expired, revoked, gone, or not known'),
    () => async (context) => (await linksCommand()).list(context),
  );
  addAction(
    part(
      'verify',
      'compare with the recorded packages: exit 0 the same, 1 different or a dead link, 4 unknown',
    ).argument('<file|url>', 'a file, a link, or a package'),
    (target: string) => async (context) => (await linksCommand()).verify(context, target),
  );
  addAction(
    part('renew', 'make another link to the same package, without an upload')
      .argument('<key>', keyHelp)
      .option('--expires-hours <n>', 'life of the link, 1 to 168 hours', (text) => parseExpiresHours(text))
      .option('--allowed-ips <cidrs>', 'addresses and networks all its links may be used from', networks),
    (key: string, options: { expiresHours?: number; allowedIps?: readonly string[] }) => async (context) =>
      (await linksCommand()).renew(context, key, options),
  );
  addAction(
    part('revoke', 'have every link to a package refused, and prove that none works')
      .argument('<key>', keyHelp)
      .option('--yes', 'do not ask', false),
    (key: string, options: { yes: boolean }) => async (context) =>
      (await linksCommand()).revoke(context, key, options),
  );
  addAction(
    part('delete', 'delete a package with all its versions')
      .argument('<key>', keyHelp)
      .option('--yes', 'do not ask', false),
    (key: string, options: { yes: boolean }) => async (context) =>
      (await linksCommand()).remove(context, key, options),
  );
  addAction(
    part('download', 'save a package, its sha256 compared')
      .argument('<key>', keyHelp)
      .option('--output <file>', 'file or folder to save it to; the current folder without it')
      .option('--yes', 'replace a file of that name without asking', false),
    (key: string, options: { output?: string; yes: boolean }) => async (context) =>
      (await linksCommand()).download(context, key, options),
  );
}

const networks = (text: string) => parseAllowedIps(text);
