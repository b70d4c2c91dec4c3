import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinkNews, PackageEntry } from '../domain/distribution.ts';
import { AppError } from '../domain/errors.ts';
import { formatBytes, formatPercent } from '../domain/format.ts';
import {
  comparedText,
  deleteQuestion,
  findPackage,
  isRecordRight,
  type LinkCheck,
  type Removal,
  refuseLandingPage,
  removalText,
} from '../domain/links.ts';
import type { Say, VerifyTarget } from '../domain/ports/links.ts';
import type { Services } from '../domain/ports/services.ts';
import { tellingCancel } from './cancelled.ts';
import type { CommandContext } from './context.ts';
import { questionsAnsweredBy } from './distribution-question.ts';
import { checkJson, jsonText, packageJson, removalJson } from './json.ts';
import { listRemarks, packageCells } from './link-text.ts';
import { reportRun } from './report-run.ts';
import { agreed, refuseReadOnly } from './stop-retry.ts';
import { tableText } from './table.ts';

/** `ccwb-tui links list`: every package with the state of its links. Exit 0, also where there is none. */
export async function list(context: CommandContext): Promise<number> {
  const services = await context.connect();
  const packages = await services.distributions.list(context.signal, (text) => context.io.err(`${text}\n`));
  if (context.options.json) {
    await context.io.out(jsonText(packages.map(packageJson)));
    return 0;
  }
  if (packages.length === 0) {
    context.io.err('No package was made yet. Make one with: ccwb-tui distribute\n');
    return 0;
  }
  await context.io.out(
    await tableText(
      packages.map((entry) => packageCells(entry, context)),
      context.io,
    ),
  );
  for (const remark of listRemarks(packages, context.io.timeZone)) context.io.err(`${remark}\n`);
  return 0;
}

const verifyCodes: Record<LinkCheck['verdict'], number> = { same: 0, different: 1, dead: 1, unknown: 4 };

/**
 * `ccwb-tui links verify`: a file, a link or a package against what is recorded. Exit 0 the same, 1 different or a link
 * that does not work, 4 where nothing is recorded to compare with.
 */
export async function verify(context: CommandContext, given: string): Promise<number> {
  const services = await context.connect();
  const target = await targetOf(context, services, given);
  const check = await services.distributions.links.verify(target, progress(context), context.signal);
  await context.io.out(context.options.json ? jsonText(checkJson(check)) : `${check.detail}\n`);
  return verifyCodes[check.verdict];
}

/** A link begins with a scheme; what looks like a key or a stamp is a package; all else is a file. */
async function targetOf(context: CommandContext, services: Services, given: string): Promise<VerifyTarget> {
  const pasted = given.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pasted)) return { url: pasted };
  if (!/^packages\/|^\d{8}(-\d{0,6})?$/.test(given)) return { file: given };
  return { key: (await packageOf(context, services, given)).key };
}

/** `ccwb-tui links renew`: another link to the same version, without an upload; the link goes to stdout, alone. */
export async function renew(
  context: CommandContext,
  key: string,
  options: { expiresHours?: number; allowedIps?: readonly string[] },
): Promise<number> {
  refuseReadOnly(context, 'make a link');
  return tellingCancel(context, beforeItBegan, async () => {
    const services = await context.connect();
    const entry = await packageOf(context, services, key);
    const asked = {
      expiresHours: options.expiresHours ?? context.settings.expiresHours,
      ...(options.allowedIps === undefined ? {} : { allowedIps: options.allowedIps }),
    };
    const events = services.distributions.links.renew(entry.key, asked, context.signal);
    return reportRun(context, services, events, { qr: false });
  });
}

/** `ccwb-tui links revoke`: has every link to a package refused, and proves it. Exit 1 where one may still work. */
export async function revoke(
  context: CommandContext,
  key: string,
  options: { yes: boolean },
): Promise<number> {
  return removing(context, key, options, 'revoke links', {
    question: (entry) => {
      refuseLandingPage(entry);
      const { filename, state, revokingSince } = entry;
      return state === 'revoked' && revokingSince === undefined
        ? `${filename} was revoked already. Prove once more that no link to it works?`
        : `Revoke every link to ${filename}? The package is deleted, or denied where it may not be.`;
    },
    work: (services, entry, say) =>
      services.distributions.links.revoke(
        entry.key,
        questionsAnsweredBy(context.io, options.yes),
        say,
        context.signal,
      ),
  });
}

/** `ccwb-tui links delete`: deletes a package with all its versions. */
export async function remove(
  context: CommandContext,
  key: string,
  options: { yes: boolean },
): Promise<number> {
  return removing(context, key, options, 'delete a package', {
    question: deleteQuestion,
    work: (services, entry, say) => services.distributions.links.delete(entry.key, say, context.signal),
  });
}

const beforeItBegan = () => 'before it began: nothing was changed.';

type Removing = {
  question(entry: PackageEntry): string;
  work(services: Services, entry: PackageEntry, say: Say): Promise<Removal>;
};

async function removing(
  context: CommandContext,
  key: string,
  options: { yes: boolean },
  what: string,
  { question, work }: Removing,
): Promise<number> {
  refuseReadOnly(context, what);
  const asked = await tellingCancel(context, beforeItBegan, async () => {
    const services = await context.connect();
    const entry = await packageOf(context, services, key);
    return (await agreed(context, options, question(entry))) ? { services, entry } : undefined;
  });
  if (!asked) return 1;
  const { services, entry } = asked;
  const removal = await work(services, entry, progress(context));
  if (context.options.json) await context.io.out(jsonText(removalJson(removal)));
  else await context.io.out(`${removalText(removal, entry.filename, context.io.timeZone).join('\n')}\n`);
  return isRecordRight(removal) ? 0 : 1;
}

/** `ccwb-tui links download`: the package into a file or folder, by a signed request; prints where it is. */
export async function download(
  context: CommandContext,
  key: string,
  options: { output?: string; yes: boolean },
): Promise<number> {
  const services = await context.connect();
  const entry = await packageOf(context, services, key);
  const path = options.output ?? '.';
  const save = (overwrite: boolean) =>
    services.distributions.links.download(entry.key, { path, overwrite }, progress(context), context.signal);
  let saved = await save(false);
  if (saved === 'exists') {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
    const where = isFolder ? join(path, entry.filename) : path;
    if (!(await agreed(context, options, `There is a file ${where} already. Replace it?`))) return 1;
    saved = await save(true);
  }
  if (saved === 'exists') {
    throw new AppError({
      kind: 'failed',
      message: `${path} could not be replaced.`,
      hint: 'Is it a folder?',
    });
  }
  context.io.err(`${formatBytes(saved.bytes)}, sha256 ${saved.checksum}, ${comparedText(saved)}.\n`);
  const facts = { path: saved.path, size: saved.bytes, checksum: saved.checksum, package_key: entry.key };
  await context.io.out(context.options.json ? jsonText(facts) : `${saved.path}\n`);
  return 0;
}

async function packageOf(
  context: CommandContext,
  services: Services,
  reference: string,
): Promise<PackageEntry> {
  const said: string[] = [];
  const list = await services.distributions.list(context.signal, (text) => said.push(text));
  try {
    return findPackage(list, reference);
  } catch (error) {
    // What could not be read may be why it is not found; else the operation itself says it.
    for (const text of said) context.io.err(`${text}\n`);
    throw error;
  }
}

/** What goes on, on stderr: each note once, bytes in tenths. */
function progress({ io }: CommandContext): Say {
  let last = '';
  const line = (text: string) => {
    if (text !== last) io.err(`  ${text}\n`);
    last = text;
  };
  let tenth = 0;
  return (news: LinkNews) => {
    if (news.kind === 'note') return line(news.text);
    const now = news.total === 0 ? 10 : Math.floor((10 * news.done) / news.total);
    // Small packages are done before the eye could read how far they are.
    if (now > tenth && news.total >= 8 * 1024 ** 2)
      line(
        `${formatPercent(news.done, news.total)}  ${formatBytes(news.done)} of ${formatBytes(news.total)}`,
      );
    tenth = now;
  };
}
