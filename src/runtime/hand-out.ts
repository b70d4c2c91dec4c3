import { besideName } from '../domain/beside-name.ts';
import { type QrCode, whyNotDrawn } from '../domain/qr-picture.ts';
import type { ActionDeps, Asked } from './action-deps.ts';
import type { Ending } from './actions-under-way.ts';
import { askToReplace } from './ask-to-replace.ts';
import { saidError } from './said-error.ts';

type Deps = Pick<ActionDeps, 'files' | 'dispatch' | 'get'>;

/**
 * Shows the link as a QR code where the terminal has room for it. Where not, a picture of it is saved in the folder the
 * program was started in, and the reason said.
 */
export async function showCode(deps: Deps, asked: Asked<'show-code'>, signal: AbortSignal): Promise<Ending> {
  const { url, filename } = asked;
  const code = await codeOf(deps, url);
  if (!code) return undefined;
  const { env, size } = deps.get();
  const why = whyNotDrawn(code, env.codeLook, size);
  if (why === undefined) {
    deps.dispatch({ type: 'code-shown', url, code });
    return undefined;
  }
  const path = besideName(filename, '.png');
  try {
    return await savePicture(deps, { code, url, path, overwrite: false, why }, signal);
  } catch (error) {
    signal.throwIfAborted();
    // The folder of the start may be nobody's to write in: another is asked for.
    deps.dispatch({
      type: 'overlay',
      overlay: { kind: 'input', purpose: 'save-code', text: `~/${path}`, before: '' },
    });
    throw error;
  }
}

/** Saves a picture of the link's QR code where the user says. */
export async function saveCode(deps: Deps, asked: Asked<'save-code'>, signal: AbortSignal): Promise<Ending> {
  const code = await codeOf(deps, asked.url);
  return code && savePicture(deps, { ...asked, code }, signal);
}

/** Saves the note for the user alone: it holds the link. */
export async function saveNote(deps: Deps, asked: Asked<'save-note'>, signal: AbortSignal): Promise<Ending> {
  const { text, path, overwrite } = asked;
  const saved = await deps.files.saveWhole(path, text, { overwrite, what: 'The note' }, signal);
  if (saved === 'exists') {
    askToReplace(deps, path, { ...asked, overwrite: true });
    return undefined;
  }
  return { tone: 'good', text: `Saved the note to ${saved.path}: whoever has the file has the link.` };
}

/** The encoder is loaded with the first code. Undefined where the link is too long for any: that is said. */
async function codeOf(deps: Deps, url: string): Promise<QrCode | undefined> {
  const { qrCode, tooLong } = await import('../domain/qr-code.ts');
  const code = qrCode(url);
  if (code) return code;
  deps.dispatch(saidError(tooLong(url), 'warn'));
  return undefined;
}

async function savePicture(
  deps: Deps,
  picture: { code: QrCode; url: string; path: string; overwrite: boolean; why?: string },
  signal: AbortSignal,
): Promise<Ending> {
  const { code, url, path, overwrite, why } = picture;
  const before = why === undefined ? '' : `${why} `;
  const what = 'The picture of the QR code';
  const saved = await deps.files.saveWhole(path, code, { overwrite, what }, signal);
  if (saved === 'exists') {
    askToReplace(deps, path, { effect: 'save-code', url, path, overwrite: true }, before);
    return undefined;
  }
  return { tone: 'info', text: `${before}Its picture is saved in ${saved.path}.` };
}
