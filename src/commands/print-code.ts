import { besideName } from '../domain/beside-name.ts';
import { AppError, toAppError } from '../domain/errors.ts';
import { codeRows, type QrCode, whyNotDrawn } from '../domain/qr-picture.ts';
import type { CommandContext } from './context.ts';

/** Rows below the code that the shell's prompt takes. */
const promptRows = 2;

/** How many names are tried for a picture, so that none takes the place of another file. */
const mostNames = 99;

/**
 * `--qr`: the link as a QR code on stderr, where that is a terminal with room and colours for it, else as a picture in
 * the current folder; says where and why. The link stands on stdout in any case: what fails here is said, and no more.
 * Printed last, so that nothing scrolls it away.
 */
export async function printCode(context: CommandContext, url: string, filename: string): Promise<void> {
  const { io } = context;
  try {
    const { qrCode, tooLong } = await import('../domain/qr-code.ts');
    const code = qrCode(url);
    if (!code) throw tooLong(url);
    const why = whyNotPrinted(context, code);
    const look = io.screen?.look;
    if (why === undefined && look) {
      io.err(`${codeRows(code, look).join('\n')}\n`);
      return;
    }
    const path = await savePicture(context, code, filename);
    io.err(`${why} Its picture is saved in ${path}\n`);
  } catch (error) {
    context.signal.throwIfAborted();
    const { message, hint } = toAppError(error);
    io.err(`${message}${hint === undefined ? '' : ` ${hint}`}\n`);
  }
}

function whyNotPrinted({ io }: CommandContext, code: QrCode): string | undefined {
  if (!io.screen) return 'No terminal shows the QR code.';
  const { columns, rows, look } = io.screen;
  return whyNotDrawn(code, look, { columns, rows: rows - promptRows });
}

async function savePicture(context: CommandContext, code: QrCode, filename: string): Promise<string> {
  const options = { overwrite: false, what: 'The picture of the QR code' };
  for (let number = 1; number <= mostNames; number += 1) {
    const path = besideName(filename, number === 1 ? '.png' : `-${number}.png`);
    const saved = await context.files.saveWhole(path, code, options, context.signal);
    if (saved !== 'exists') return saved.path;
  }
  throw new AppError({
    kind: 'conflict',
    message: `There are ${mostNames} pictures of ${besideName(filename, '')} in this folder already: no other was saved.`,
    hint: 'Remove some, or go to another folder.',
  });
}
