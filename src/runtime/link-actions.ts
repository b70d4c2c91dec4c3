import type { LinkNews } from '../domain/distribution.ts';
import { AppError } from '../domain/errors.ts';
import { formatBytes, formatPercent } from '../domain/format.ts';
import { comparedText, isRecordRight, type LinkCheck, removalText } from '../domain/links.ts';
import type { Ask } from '../domain/ports/links.ts';
import type { ActionDeps, Asked } from './action-deps.ts';
import type { Ending } from './actions-under-way.ts';
import { askToReplace } from './ask-to-replace.ts';
import { openServices } from './session.ts';

type Deps = Pick<ActionDeps, 'holder' | 'dispatch' | 'get'>;

const linksOf = (deps: Deps) => openServices(deps.holder).distributions.links;

/** Tells in the line above the footer how far it is. */
const saying =
  ({ dispatch }: Deps, what: string) =>
  (news: LinkNews) => {
    const text =
      news.kind === 'note'
        ? news.text
        : `${what}: ${formatPercent(news.done, news.total)} of ${formatBytes(news.total)}`;
    dispatch({ type: 'noticed', text });
  };

const tones = { same: 'good', different: 'bad', dead: 'warn', unknown: 'info' } as const satisfies Record<
  LinkCheck['verdict'],
  string
>;

/** Reads the marked package's link to its end and compares. */
export async function verifyLink(
  deps: Deps,
  { key }: Asked<'verify-link'>,
  signal: AbortSignal,
): Promise<Ending> {
  const { verdict, detail } = await linksOf(deps).verify({ key }, saying(deps, 'Verifying'), signal);
  return { tone: tones[verdict], text: detail };
}

/** Saves the marked package; asks before a file is replaced. */
export async function downloadPackage(
  deps: Deps,
  asked: Asked<'download-package'>,
  signal: AbortSignal,
): Promise<Ending> {
  const { key, path, overwrite } = asked;
  const saved = await linksOf(deps).download(key, { path, overwrite }, saying(deps, 'Downloading'), signal);
  if (saved !== 'exists') {
    const text = `Saved ${formatBytes(saved.bytes)} to ${saved.path}, sha256 ${comparedText(saved)}.`;
    return { tone: 'good', text };
  }
  if (overwrite) throw new AppError({ kind: 'failed', message: `${path} could not be replaced.` });
  askToReplace(deps, path, { effect: 'download-package', key, path, overwrite: true });
  return undefined;
}

/** Revokes the links of a package, or deletes it; the list is read anew whatever came of it. */
export async function removePackage(
  deps: Deps,
  { key, how }: Asked<'remove-package'>,
  ask: Ask,
  signal: AbortSignal,
): Promise<Ending> {
  const filename = deps.get().distributions.list?.find((it) => it.key === key)?.filename ?? key;
  const say = saying(deps, how === 'revoke' ? 'Revoking' : 'Deleting');
  try {
    const links = linksOf(deps);
    const removal = await (how === 'revoke'
      ? links.revoke(key, { ask }, say, signal)
      : links.delete(key, say, signal));
    const tone = isRecordRight(removal) ? 'good' : 'warn';
    return { tone, text: removalText(removal, filename, deps.get().env.timeZone).join(' ') };
  } finally {
    deps.dispatch({ type: 'distributions-changed' });
  }
}
